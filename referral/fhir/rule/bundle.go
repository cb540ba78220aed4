package rule

import (
	"strings"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// bundleInvariants are those of bundles (hl7.org/fhir/R4/bundle.html#invs).
var bundleInvariants = []invariant{
	{"bdl-1", "has a total only if it answers a search or is a history", func(v resource.Value) bool { return !has(v, "total") || is(v, "type", "searchset", "history") }},
	{"bdl-2", "says how entries were found only if it answers a search", func(v resource.Value) bool {
		return is(v, "type", "searchset") || each(v, "entry", func(e resource.Value) bool { return !has(e, "search") })
	}},
	{"bdl-3", "each entry has a request in a batch, a transaction and a history, and none elsewhere", func(v resource.Value) bool {
		asks := is(v, "type", "batch", "transaction", "history")
		return each(v, "entry", func(e resource.Value) bool { return has(e, "request") == asks })
	}},
	{"bdl-4", "each entry has a response in an answer to a batch or transaction and in a history, and none elsewhere", func(v resource.Value) bool {
		answers := is(v, "type", "batch-response", "transaction-response", "history")
		return each(v, "entry", func(e resource.Value) bool { return has(e, "response") == answers })
	}},
	{"bdl-5", "each entry has a resource, unless it has a request or response", func(v resource.Value) bool {
		return each(v, "entry", func(e resource.Value) bool { return has(e, "resource", "request", "response") })
	}},
	{"bdl-7", "no two entries have one fullUrl and version", func(v resource.Value) bool {
		seen := map[string]bool{}
		return is(v, "type", "history") || each(v, "entry", func(e resource.Value) bool {
			url := e.Get("fullUrl").Text()
			key := url + " " + e.Get("resource", "meta", "versionId").Text()
			first := url == "" || !seen[key]
			seen[key] = true
			return first
		})
	}},
	{"bdl-8", "a fullUrl names no version", func(v resource.Value) bool {
		return each(v, "entry", func(e resource.Value) bool { return !strings.Contains(e.Get("fullUrl").Text(), "/_history/") })
	}},
	{"bdl-9", "a document has an identifier with a system and a value", func(v resource.Value) bool {
		return !is(v, "type", "document") || has(v.Get("identifier"), "system") && has(v.Get("identifier"), "value")
	}},
	{"bdl-10", "a document has a timestamp", func(v resource.Value) bool { return !is(v, "type", "document") || has(v, "timestamp") }},
	{"bdl-11", "a document begins with a Composition", func(v resource.Value) bool { return !is(v, "type", "document") || first(v, "Composition") }},
	{"bdl-12", "a message begins with a MessageHeader", func(v resource.Value) bool { return !is(v, "type", "message") || first(v, "MessageHeader") }},
	{"fullUrl-absolute", "a fullUrl is absolute, and one of http ends with the type and id of its resource", func(v resource.Value) bool {
		return each(v, "entry", func(e resource.Value) bool {
			url := e.Get("fullUrl").Text()
			r := e.Get("resource")
			if url == "" {
				return true
			}
			return strings.Contains(url, ":") && (!strings.HasPrefix(url, "http") || r.Get("id").IsZero() || strings.HasSuffix(url, "/"+r.Get("id").Text()))
		})
	}},
}

func first(v resource.Value, resourceType string) bool {
	return v.Get("entry").First().Get("resource", "resourceType").Is(resourceType)
}
