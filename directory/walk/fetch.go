package walk

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Cache keeps answers of a server under their addresses. It is asked by one
// goroutine at a time. [Copies] is one in memory.
type Cache interface {
	// Kept returns what is kept of an address, and false if that is nothing.
	Kept(address string) (Copy, bool)
	// Keep keeps an answer in place of what was kept of its address.
	Keep(address string, c Copy)
}

// A Copy is an answer with what tells whether the server's is still the same: its
// entity tag, and the date of its last change as the server wrote it.
type Copy struct {
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
	Body     []byte `json:"body"`
}

// Copies is a [Cache] in memory, by address. As JSON it can be stored between walks.
type Copies map[string]Copy

// Kept implements [Cache].
func (c Copies) Kept(address string) (Copy, bool) {
	kept, ok := c[address]
	return kept, ok
}

// Keep implements [Cache].
func (c Copies) Keep(address string, kept Copy) { c[address] = kept }

// Statuses of HTTP that matter here.
const (
	ok          = 200
	notModified = 304
	notFound    = 404
	goneAway    = 410
	noContent   = 204
	tooMany     = 429
	faulty      = 500
	badGateway  = 502
	unavailable = 503
	slowGateway = 504
)

// passes reports whether a status is one of a server that may answer if it is asked
// again later.
func passes(status int) bool {
	return slices.Contains([]int{tooMany, faulty, badGateway, unavailable, slowGateway}, status)
}

// An answer is one of the server, or a copy that is still the same.
type answer struct {
	address   string
	status    int
	body      []byte
	unchanged bool
	patience  time.Duration // that the server asks for
}

// get asks for one address, and again where the server asks for patience, or has a
// fault that may pass.
func (w *walk) get(ctx context.Context, address string) (got answer, err error) {
	for range mostRetries {
		if err := w.wait(ctx); err != nil {
			return answer{}, err
		}
		got, err = w.ask(ctx, address)
		if err != nil || !passes(got.status) || w.o.Wait == nil {
			return got, err
		}
		if err := w.o.Wait(ctx, got.patience); err != nil {
			return answer{}, err
		}
	}
	return got, err
}

// wait pauses between two requests.
func (w *walk) wait(ctx context.Context) error {
	first := !w.asked
	w.asked = true
	if first || w.o.Wait == nil || w.o.Pause <= 0 {
		return ctx.Err()
	}
	return w.o.Wait(ctx, w.o.Pause)
}

func (w *walk) ask(ctx context.Context, address string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, fmt.Errorf("walk: %w", printable(err))
	}
	request.Header.Set("Accept", "application/json")
	if w.o.UserAgent != "" {
		request.Header.Set("User-Agent", w.o.UserAgent)
	}
	kept := w.kept(address)
	if kept.ETag != "" {
		request.Header.Set("If-None-Match", kept.ETag)
	}
	if kept.Modified != "" {
		request.Header.Set("If-Modified-Since", kept.Modified)
	}
	response, err := w.client.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("walk: %w", printable(err))
	}
	defer response.Body.Close() //nolint:errcheck // nothing was written
	body, err := w.body(response, address)
	if err != nil {
		return answer{}, err
	}
	got := answer{address: address, status: response.StatusCode, body: body, patience: patience(response)}
	switch {
	case got.status == notModified && (kept.ETag != "" || kept.Modified != ""):
		got.status, got.body, got.unchanged = ok, kept.Body, true
	case got.status == ok:
		w.keep(address, response, body)
	}
	return got, nil
}

// body reads an answer, up to what one may have.
func (w *walk) body(response *http.Response, address string) ([]byte, error) {
	most := w.o.MaxBytes
	if most == 0 {
		most = mostBytes
	}
	text, err := unpacked(response)
	if err != nil {
		return nil, fmt.Errorf("walk: read %s: %w", shown(address), err)
	}
	body, err := io.ReadAll(io.LimitReader(text, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("walk: read %s: %w", shown(address), err)
	case int64(len(body)) > most:
		return nil, fmt.Errorf("%w: has more than %d bytes", ErrBroken, most)
	}
	return body, nil
}

// unpacked returns the body of an answer. [http.Client] unpacks what it has asked for
// itself; some servers pack what nobody asked to be packed.
func unpacked(response *http.Response) (io.Reader, error) {
	if !strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") {
		return response.Body, nil
	}
	return gzip.NewReader(response.Body)
}

const (
	usualPatience = 10 * time.Second // where the server does not say
	mostPatience  = time.Hour
)

// patience returns how long the server asks to wait: a number of seconds, or a moment
// (RFC 9110, section 10.2.3) by the server's own clock, which it states too.
func patience(response *http.Response) time.Duration {
	asked := response.Header.Get("Retry-After")
	wait := usualPatience
	if seconds, err := strconv.Atoi(asked); err == nil {
		wait = time.Duration(min(seconds, int(mostPatience/time.Second))) * time.Second
	} else if until, err := time.Parse(time.RFC1123, asked); err == nil {
		if now, err := time.Parse(time.RFC1123, response.Header.Get("Date")); err == nil {
			wait = until.Sub(now)
		}
	}
	if wait < time.Second {
		wait = usualPatience
	}
	return min(wait, mostPatience)
}

// kept returns the copy of an answer, or one of nothing.
func (w *walk) kept(address string) Copy {
	if w.o.Cache == nil {
		return Copy{}
	}
	kept, _ := w.o.Cache.Kept(address)
	return kept
}

// keep keeps an answer whose change the server can tell.
func (w *walk) keep(address string, response *http.Response, body []byte) {
	tag, modified := response.Header.Get("ETag"), response.Header.Get("Last-Modified")
	if w.o.Cache != nil && (tag != "" || modified != "") {
		w.o.Cache.Keep(address, Copy{ETag: tag, Modified: modified, Body: body})
	}
}
