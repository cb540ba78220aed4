package walk

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/socialprescribing/sp/directory/internal/importer"
)

// mostRounds is how often a list is walked that changes meanwhile.
const mostRounds = 3

// A yielder takes answers, and reports whether to go on.
type yielder func(Answer, error) bool

// pages walks the list, again if it changed meanwhile, and reports whether to go on
// with what is in it.
func (w *walk) pages(ctx context.Context, yield yielder) bool {
	for _, id := range w.at.Details {
		w.seen[id] = true
	}
	for range mostRounds {
		r := round{walk: w, again: w.rounds > 0, told: map[string]bool{}, first: max(1, w.at.Page)}
		if !r.run(ctx, yield) {
			return false
		}
		w.rounds++
		w.known, w.stated = len(r.told), r.stated
		if !r.changed || r.again && r.fresh == 0 {
			return true
		}
		w.at.Page = 1
	}
	w.shifted = true
	return true
}

// A round is one walk along the list.
type round struct {
	*walk
	told  map[string]bool // identifiers of the records of this round
	first int             // page
	again bool            // whether another round went before

	stated  int // how many records the pages say that there are; -1 if they disagree
	fresh   int // records that no round has told before
	changed bool
}

// run asks for pages until there are no more.
func (r *round) run(ctx context.Context, yield yielder) bool {
	most := r.o.MaxPages
	if most == 0 {
		most = mostPages
	}
	for n := range most {
		page := r.first + n
		got, err := r.page(ctx, page)
		if err == nil && n > 0 && got.isNoPage() {
			return true
		}
		if err == nil && got.status != ok {
			err = fmt.Errorf("%w: page %d: status %d", ErrBroken, page, got.status)
		}
		if err != nil {
			yield(Answer{}, err)
			return false
		}
		ids, last, readable := importer.Identifiers(ctx, got.body)
		if !readable {
			yield(Answer{}, fmt.Errorf("%w: page %d: is no JSON", ErrBroken, page))
			return false
		}
		r.count(n, got.body)
		fresh, untold := r.note(ids)
		if untold == 0 && (n > 0 || r.again) { // empty, or another page once more
			return true
		}
		r.at.Page = page + 1
		if (fresh > 0 || n == 0 && !r.again) && !yield(Answer{URL: got.address, Page: page, Body: got.body, Unchanged: got.unchanged}, nil) {
			return false
		}
		if last || untold == 0 {
			return true
		}
	}
	r.stated = -1 // there may be more
	return true
}

// isNoPage reports whether an answer says that there is no such page.
func (a answer) isNoPage() bool {
	return a.status == notFound || a.status == noContent || a.status == ok && len(bytes.TrimSpace(a.body)) == 0
}

// count notes how many records a page says that the list has.
func (r *round) count(n int, body []byte) {
	total, stated := importer.Total(body)
	switch {
	case n == 0 && !stated:
		r.stated = -1
	case n == 0:
		r.stated = total
	case stated && r.stated >= 0 && r.stated != total:
		r.changed, r.stated = true, -1
	}
}

// note notes the records of a page. Fresh are those that were never told, and untold
// those that were not in this round. A page with both untold records and others
// overlaps with an earlier one: the list has grown.
func (r *round) note(ids []string) (fresh, untold int) {
	for _, id := range ids {
		if !r.told[id] {
			r.told[id] = true
			untold++
		}
		if !r.seen[id] {
			r.seen[id] = true
			r.at.Details = append(r.at.Details, id)
			fresh++
		}
	}
	r.changed = r.changed || untold > 0 && untold < len(ids)
	r.fresh += fresh
	return fresh, untold
}

// page fetches a page of the list, of which the first is 1 here.
func (w *walk) page(ctx context.Context, page int) (answer, error) {
	u, err := url.Parse(w.list)
	if err != nil {
		return answer{}, fmt.Errorf("walk: the address of the list: %w", printable(err))
	}
	if w.o.ZeroBased {
		page--
	}
	q := u.Query()
	q.Set("page", strconv.Itoa(page))
	if w.o.PerPage > 0 {
		q.Set("per_page", strconv.Itoa(w.o.PerPage))
	}
	u.RawQuery = q.Encode()
	return w.get(ctx, u.String())
}

// detail fetches a service in full.
func (w *walk) detail(ctx context.Context, id string) (answer, error) {
	u, err := url.Parse(w.list)
	if err != nil {
		return answer{}, fmt.Errorf("walk: the address of the list: %w", printable(err))
	}
	u.RawQuery = ""
	return w.get(ctx, u.JoinPath(url.PathEscape(id)).String())
}
