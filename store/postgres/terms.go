package postgres

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/socialprescribing/sp/store"
)

// encodeTerms writes t as a JSON object.
func encodeTerms(t store.Terms) (string, error) {
	if len(t) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(t)
	return string(b), err
}

// decodeTerms reads a JSON object of strings. Nearly all have no escapes, and
// are then cut at their quotes: it is the dearest part of a point read.
func decodeTerms(b []byte) (t store.Terms, err error) {
	if len(b) <= len("{}") {
		return t, nil
	}
	if bytes.IndexByte(b, '\\') >= 0 {
		err := json.Unmarshal(b, &t)
		return t, err
	}
	rest := string(b) // shared by all names and values
	t = make(store.Terms, min(strings.Count(rest, `"`)/4, store.MaxTerms))
	for {
		_, name, ok := strings.Cut(rest, `"`)
		if !ok {
			return t, nil
		}
		name, rest, _ = strings.Cut(name, `"`)
		_, rest, _ = strings.Cut(rest, `"`)
		t[name], rest, _ = strings.Cut(rest, `"`)
	}
}
