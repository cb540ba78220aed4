// Package walk fetches a directory from an API of Open Referral: the pages of its
// list, and then each service in full, since lists need not tell all. It asks over
// the caller's HTTP client, one request after the other, and leaves nothing running
// behind.
//
//	result, err := walk.Read(ctx, http.DefaultClient, "https://bay.example/services", walk.Options{
//		Import: directory.ImportOptions{Feed: "bay", Fetched: now},
//		Pause:  time.Second, Wait: wait,
//	})
//	if err != nil {
//		options.From = result.Position // to go on from there later
//	}
//
// Servers miscount, repeat pages and answer with pages of the web. So counts are
// not believed: a walk ends at a page that is empty, that has nothing new, or that
// says it is the last. What becomes of faults in the data is explained in package
// hsds.
package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// A Doer sends requests; [http.Client] is one. It decides about time limits,
// redirects, certificates and what else belongs to a connection.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Options say how to walk. The zero Options walk from the first page, fetch every
// service in full, and do not wait between requests.
type Options struct {
	Import directory.ImportOptions // of what is read; the URL is that of the walk if empty

	From      Position // where to begin; the zero Position is the first page
	ListOnly  bool     // whether the list is enough: some publishers tell all of it there
	PerPage   int      // how many records a page is asked to have; 0 leaves it to the server
	MaxPages  int      // at most so many; 0 is 10,000
	MaxBytes  int64    // of one answer; 0 is 64 megabytes
	UserAgent string   // who asks, with an address to write to

	// Pause is how long to wait between two requests, and Wait is what waits: it
	// returns early, with an error, when the context ends. Without it there is no
	// waiting, and an answer that asks for patience ends the walk.
	Pause time.Duration
	Wait  func(ctx context.Context, d time.Duration) error
}

// A Position is where a walk stands: the next page, and the identifiers of the
// services that are still to be fetched in full.
type Position struct {
	Page    int      `json:"page,omitempty"` // 1 for the first
	Details []string `json:"details,omitempty"`
	Listed  bool     `json:"listed,omitempty"` // whether the list has been walked to its end
}

// A Result is what a walk brought.
type Result struct {
	Catalogue directory.Catalogue
	Issues    []sp.Issue
	Pages     int      // fetched
	Details   int      // fetched
	Position  Position // where to go on after an error
}

// An Answer is one answer of the server.
type Answer struct {
	URL  string
	Page int    // 0 for a service in full
	ID   string // of a service in full
	Body []byte
}

// ErrBroken is what a walk fails with if the server's answer cannot be used.
var ErrBroken = errors.New("walk: the server's answer cannot be used")

const (
	mostPages   = 10_000
	mostBytes   = 64 << 20
	mostRetries = 3
)

// Read walks a list and returns what it read. After an error, the result is what
// was read before, and its position tells where to go on. The error is ErrBroken,
// with the reason, for answers that cannot be used, and else that of the client.
func Read(ctx context.Context, client Doer, list string, o Options) (Result, error) {
	if o.Import.URL == "" {
		o.Import.URL = list
	}
	im := importer.New(ctx, o.Import, list)
	w := &walk{client: client, list: list, o: o, at: o.From}
	r := Result{}
	var failed error
	for answer, err := range w.answers(ctx) {
		if err != nil {
			failed = err
			break
		}
		if answer.Page > 0 {
			r.Pages++
		} else {
			r.Details++
		}
		if failed = im.AddBody(answer.Body, answer.URL, answer.Page == 0); failed != nil {
			break
		}
	}
	for _, id := range w.gone {
		im.Report(sp.Note, id, "", "gone", "stands in the list, and the server has it no more in full")
	}
	r.Catalogue, r.Issues = im.Finish()
	r.Position = w.at
	return r, failed
}

// Answers ranges over the answers of a walk, for those who keep them as they came.
// The first error is the last pair.
func Answers(ctx context.Context, client Doer, list string, o Options) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		w := &walk{client: client, list: list, o: o, at: o.From}
		w.answers(ctx)(yield)
	}
}

// A walk is one on its way.
type walk struct {
	client Doer
	list   string
	o      Options
	at     Position
	gone   []string
	asked  bool
}

func (w *walk) answers(ctx context.Context) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		if !w.at.Listed && !w.pages(ctx, yield) {
			return
		}
		if w.at.Listed = true; w.o.ListOnly {
			return
		}
		for len(w.at.Details) > 0 {
			id := w.at.Details[0]
			body, address, err := w.detail(ctx, id)
			if err != nil {
				yield(Answer{}, err)
				return
			}
			w.at.Details = w.at.Details[1:]
			if body == nil {
				w.gone = append(w.gone, id)
				continue
			}
			if !yield(Answer{URL: address, ID: id, Body: body}, nil) {
				return
			}
		}
	}
}

// pages walks the list, and reports whether to go on with what is in it.
func (w *walk) pages(ctx context.Context, yield func(Answer, error) bool) bool {
	seen := map[string]bool{}
	for _, id := range w.at.Details {
		seen[id] = true
	}
	most := w.o.MaxPages
	if most == 0 {
		most = mostPages
	}
	for n := range most {
		page := max(1, w.at.Page)
		address, err := w.address(page)
		if err != nil {
			yield(Answer{}, err)
			return false
		}
		body, status, err := w.get(ctx, address)
		switch {
		case err != nil:
			yield(Answer{}, err)
			return false
		case status == notFound && n > 0: // there is no such page
			return true
		case status != ok:
			yield(Answer{}, fmt.Errorf("%w: page %d: status %d", ErrBroken, page, status))
			return false
		}
		ids, last, readable := importer.Identifiers(ctx, body)
		if !readable {
			yield(Answer{}, fmt.Errorf("%w: page %d: is no JSON", ErrBroken, page))
			return false
		}
		fresh := 0
		for _, id := range ids {
			if !seen[id] {
				seen[id] = true
				fresh++
				w.at.Details = append(w.at.Details, id)
			}
		}
		if fresh == 0 { // empty, or another page once more
			return n > 0 || yield(Answer{URL: address, Page: page, Body: body}, nil)
		}
		w.at.Page = page + 1
		if !yield(Answer{URL: address, Page: page, Body: body}, nil) {
			return false
		}
		if last {
			return true
		}
	}
	return true
}

// address returns that of a page of the list.
func (w *walk) address(page int) (string, error) {
	u, err := url.Parse(w.list)
	if err != nil {
		return "", fmt.Errorf("walk: the address of the list: %w", err)
	}
	q := u.Query()
	q.Set("page", strconv.Itoa(page))
	if w.o.PerPage > 0 {
		q.Set("per_page", strconv.Itoa(w.o.PerPage))
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// detail fetches a service in full; nil is one that is not there any more.
func (w *walk) detail(ctx context.Context, id string) (body []byte, address string, err error) {
	u, err := url.Parse(w.list)
	if err != nil {
		return nil, "", fmt.Errorf("walk: the address of the list: %w", err)
	}
	u.RawQuery = ""
	address = u.JoinPath(url.PathEscape(id)).String()
	body, status, err := w.get(ctx, address)
	switch {
	case err != nil:
		return nil, "", err
	case status == notFound || status == goneAway:
		return nil, address, nil
	case status != ok:
		return nil, "", fmt.Errorf("%w: service %s: status %d", ErrBroken, id, status)
	}
	return body, address, nil
}

// Statuses of HTTP that matter here.
const (
	ok          = 200
	notFound    = 404
	goneAway    = 410
	tooMany     = 429
	unavailable = 503
)

// get asks for one address, and again where the server asks for patience.
func (w *walk) get(ctx context.Context, address string) (body []byte, status int, err error) {
	for range mostRetries {
		if err := w.wait(ctx); err != nil {
			return nil, 0, err
		}
		var patience time.Duration
		body, status, patience, err = w.ask(ctx, address)
		if err != nil || status != tooMany && status != unavailable || w.o.Wait == nil {
			return body, status, err
		}
		if err := w.o.Wait(ctx, patience); err != nil {
			return nil, 0, err
		}
	}
	return body, status, err
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

func (w *walk) ask(ctx context.Context, address string) (body []byte, status int, patience time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("walk: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	if w.o.UserAgent != "" {
		request.Header.Set("User-Agent", w.o.UserAgent)
	}
	response, err := w.client.Do(request)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("walk: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // nothing was written
	most := w.o.MaxBytes
	if most == 0 {
		most = mostBytes
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, most+1))
	switch {
	case err != nil:
		return nil, 0, 0, fmt.Errorf("walk: read %s: %w", address, err)
	case int64(len(body)) > most:
		return nil, 0, 0, fmt.Errorf("%w: has more than %d bytes", ErrBroken, most)
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 1 {
		seconds = 10
	}
	return body, response.StatusCode, time.Duration(min(seconds, 3600)) * time.Second, nil
}
