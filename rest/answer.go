package rest

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
)

// An Answer is what a request is answered with.
type Answer struct {
	Status int             `json:"status"`
	ETag   string          `json:"etag,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"` // none with 204
}

// String returns "answer" and the status: the body may be about somebody.
func (a Answer) String() string { return fmt.Sprintf("answer %d", a.Status) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (a Answer) Format(f fmt.State, _ rune) { f.Write([]byte(a.String())) }

// LogValue implements [slog.LogValuer].
func (a Answer) LogValue() slog.Value { return slog.StringValue(a.String()) }

// NewAnswer returns an answer whose body is JSON. What has a version above 0, as its member
// "version", is tagged by it, and by what stands in the body: more may be shown than the record,
// such as notes beside it, or less, to whoever may not see all.
func NewAnswer(status int, body []byte) Answer {
	a := Answer{Status: status, Body: body}
	var is struct {
		Version int64 `json:"version"`
	}
	if json.Unmarshal(body, &is) == nil && is.Version > 0 {
		a.ETag = fmt.Sprintf(`"%d-%.16s"`, is.Version, sum("%s", body))
	}
	if status == http.StatusNoContent {
		a.Body = nil
	}
	return a
}

// Show answers a request with v as JSON, and with its version in the ETag. What cannot be
// written as JSON is answered as a problem.
func Show(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		Refuse(w, err)
		return
	}
	NewAnswer(status, body).Write(w, r)
}

// Write answers a request: with 304 and no body where the client has this very answer already
// (If-None-Match). Since it may be about somebody, only the client may keep it, and has to ask
// again before it shows it (Cache-Control: private, no-cache), unless the caller has set another
// Cache-Control.
func (a Answer) Write(w http.ResponseWriter, r *http.Request) {
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "private, no-cache")
	}
	if a.ETag != "" {
		w.Header().Set("ETag", a.ETag)
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if reads && a.Status == http.StatusOK && a.seen(r.Header.Get("If-None-Match")) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if a.Body == nil {
		w.WriteHeader(a.Status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.Status)
	for _, part := range [][]byte{a.Body, []byte("\n")} {
		_, _ = w.Write(part) //nolint:errcheck // whoever asked has gone
	}
}

// seen reports whether an If-None-Match names the tag of an answer (RFC 9110, 13.1.2).
func (a Answer) seen(tags string) bool {
	for tag := range strings.SplitSeq(tags, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if a.ETag != "" && tag == a.ETag {
			return true
		}
	}
	return false
}
