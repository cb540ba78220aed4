// Package walk fetches a directory from an API of Open Referral: the pages of its
// list, and then each service in full, since lists need not tell all. It asks over
// the caller's HTTP client, one request after the other, and leaves nothing running
// behind.
//
//	result, err := walk.Read(ctx, http.DefaultClient, "https://bay.example/services", walk.Options{
//		Import: feed.Options{Feed: "bay", Fetched: now},
//		Pause:  time.Second, Wait: wait,
//	})
//	if err != nil {
//		options.From = result.Position // to go on from there later
//	}
//
// Servers miscount, repeat pages and answer with pages of the web. So counts are
// not believed: a walk ends at a page that is empty, that has nothing new, or that
// says it is the last. A list that changes while it is walked moves records from
// page to page, past whoever reads them in order: where the counts of two pages
// differ, a page tells records of an earlier one, or a service of the list is gone,
// the list is walked again until it brings nothing new. If it never stops changing, an
// issue says so. A service that the server cannot give in full is as the list tells it,
// which an issue says; the third of them in a row ends the walk. What becomes of faults
// in the data is explained in package hsds.
//
// With a [Cache], a walk asks only for what has changed since the last one, by the
// entity tags and dates that the server gives (RFC 9110, section 13).
package walk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
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
	Import feed.Options // of what is read; the URL is that of the walk if empty, without its user and its query

	From      Position // where to begin; the zero Position is the first page
	ListOnly  bool     // whether the list is enough: some publishers tell all of it there
	PerPage   int      // how many records a page is asked to have; 0 leaves it to the server
	ZeroBased bool     // whether the server calls its first page 0, as Spring does by itself; Open Referral calls it 1
	MaxPages  int      // at most so many; 0 is 10,000
	MaxBytes  int64    // of one answer; 0 is 64 megabytes
	UserAgent string   // who asks, with an address to write to

	// Cache keeps answers from one walk to the next, so that the server need not send
	// again what has not changed since. Nil keeps nothing.
	Cache Cache

	// Pause is how long to wait between two requests, and Wait is what waits: it
	// returns early, with an error, when the context ends. With it, what a server that
	// asks for patience or has a fault of its own (429, 500, 502, 503, 504) did not
	// answer is asked for three times. Without it there is no waiting, and the first
	// such answer ends the walk.
	Pause time.Duration
	Wait  func(ctx context.Context, d time.Duration) error
}

// A Position is where a walk stands: the next page, and the identifiers of the
// services that are still to be fetched in full.
type Position struct {
	Page    int      `json:"page,omitempty"` // 1 for the first, whatever the server calls it
	Details []string `json:"details,omitempty"`
	Listed  bool     `json:"listed,omitempty"` // whether the list has been walked to its end
}

// A Result is what a walk brought.
type Result struct {
	Catalogue directory.Catalogue
	Issues    []sp.Issue
	Pages     int      // fetched
	Details   int      // fetched
	Unchanged int      // of those, the ones that the server did not send again
	Position  Position // where to go on after an error
}

// An Answer is one answer of the server.
type Answer struct {
	URL  string
	Page int    // 0 for a service in full
	ID   string // of a service in full
	Body []byte

	Unchanged bool // it comes from the cache: the server says that it is as it was
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
		o.Import.URL = shown(list)
	}
	im := importer.New(ctx, o.Import, shown(list))
	w := newWalk(client, list, o)
	r := Result{}
	var failed error
	for answer, err := range w.answers(ctx) {
		if err != nil {
			failed = err
			break
		}
		if answer.Unchanged {
			r.Unchanged++
		}
		if answer.Page > 0 {
			r.Pages++
		} else {
			r.Details++
		}
		if failed = im.AddBody(answer.Body, shown(answer.URL), answer.Page == 0); failed != nil {
			break
		}
	}
	for _, id := range w.gone {
		im.Report(sp.Note, id, "", "gone", "stands in the list, and the server has it no more in full")
	}
	for _, id := range w.withheld {
		im.Report(sp.Warning, id, "", "withheld", "stands in the list, and the server cannot give it in full")
	}
	w.judge(im, failed)
	r.Catalogue, r.Issues = im.Finish()
	r.Position = w.at
	return r, failed
}

// Answers ranges over the answers of a walk, for those who keep them as they came.
// The first error is the last pair.
func Answers(ctx context.Context, client Doer, list string, o Options) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		w := newWalk(client, list, o)
		w.answers(ctx)(yield)
	}
}

// A walk is one on its way.
type walk struct {
	client Doer
	list   string
	o      Options
	at     Position
	asked  bool

	gone     []string // services that are not there any more
	withheld []string // those that the server could not give

	seen    map[string]bool // identifiers of records of the list
	rounds  int             // how often it was walked to its end
	known   int             // records of the list, each once
	stated  int             // how many it says that it has; -1 if it does not, or changes its mind
	shifted bool            // whether it changed as often as it was walked
}

func newWalk(client Doer, list string, o Options) *walk {
	return &walk{client: client, list: list, o: o, at: o.From, stated: -1, seen: map[string]bool{}}
}

// judge says whether the list is known to be incomplete.
func (w *walk) judge(im *importer.Importer, failed error) {
	switch {
	case failed != nil || w.o.From.Page > 0 || w.o.From.Listed: // what the list has is not known
	case w.shifted:
		im.Report(sp.Warning, "", "", "shifting-list", "the list changed each time that it was walked; records may be missing")
	case w.stated > w.known:
		im.Report(sp.Note, "", "total_items", "miscounted-list", fmt.Sprintf("says that it has %d records, and has %d; if some are missing, its first page may have the number 0", w.stated, w.known))
	}
}

func (w *walk) answers(ctx context.Context) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		for {
			if !w.at.Listed && !w.pages(ctx, yield) {
				return
			}
			if w.at.Listed = true; w.o.ListOnly {
				return
			}
			gone := len(w.gone)
			if !w.details(ctx, yield) || len(w.gone) == gone || w.rounds == 0 || w.rounds >= mostRounds {
				return
			}
			// Some were removed while the list was walked, so others may have been passed over.
			w.at.Listed, w.at.Page = false, 1
		}
	}
}

// mostFailing is how many services one after the other a server may not give in full before
// it is not asked for more.
const mostFailing = 3

// details fetches the services in full, and reports whether to go on. One that the server
// cannot give is passed over if it gives others.
func (w *walk) details(ctx context.Context, yield yielder) bool {
	var failing []string // since the last that was given
	given := false
	fail := func(err error) bool {
		w.at.Details = append(failing, w.at.Details...) // to be asked for again
		yield(Answer{}, err)
		return false
	}
	for len(w.at.Details) > 0 {
		id := w.at.Details[0]
		got, err := w.detail(ctx, id)
		if err != nil {
			return fail(err)
		}
		w.at.Details = w.at.Details[1:]
		switch got.status {
		case ok:
			w.withheld, failing, given = append(w.withheld, failing...), nil, true
			if !yield(Answer{URL: got.address, ID: id, Body: got.body, Unchanged: got.unchanged}, nil) {
				return false
			}
		case notFound, goneAway:
			w.gone = append(w.gone, id)
		default:
			failing = append(failing, id)
			last := len(w.at.Details) == 0 && !given
			if last || len(failing) == mostFailing || passes(got.status) && w.o.Wait == nil {
				return fail(fmt.Errorf("%w: service %s: status %d", ErrBroken, id, got.status))
			}
		}
	}
	w.withheld = append(w.withheld, failing...)
	return true
}
