package worklist

import (
	"fmt"
	"iter"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// A Line is a line of a work list: a [Wait], [Task], [Concern], [Owed], [Ask] or
// [Finding], or one of another package.
type Line interface {
	// Place returns the list and where the line stands in it, as texts without spaces
	// that sort as the lines do. Only lines that say the same have one place.
	Place() []string
}

// Lines makes a stream of a list that came whole, for [Page]:
//
//	page, next, err := worklist.Page(worklist.Lines(worklist.Waiting(ctx, referrals, q, standards, calendar, at)), 20, after)
//	page, next, err := worklist.Page(worklist.Lines(day.Due, nil), 20, after)
//
// An error is its only pair.
func Lines[L Line](list []L, err error) iter.Seq2[L, error] {
	return func(yield func(L, error) bool) {
		if err != nil {
			var none L
			yield(none, err)
			return
		}
		for _, line := range list {
			if !yield(line, nil) {
				return
			}
		}
	}
}

// Page returns up to limit lines of a work list, behind a cursor, and the cursor of the next
// page, which is zero if there are no more. The zero cursor is the beginning; a cursor has
// a text form for URLs. All pages of a list are asked for with the same moment, since what
// is due, and how urgent it is, grows with time.
//
// A cursor is a place in the order of the list, and not a number of lines: whatever happens
// between two pages, a line that stays as it is comes once, and none is passed over. A
// line that moves in the meantime comes where it stands then.
//
// The order of a work list is worked out when it is read, so that each page reads the list
// from its beginning. Where lists of records are enough, the repositories of packages
// referral and placement have pages that are one indexed scan.
//
// A limit that is not 1 or more, and a cursor of another list, are [sp.ErrInvalid].
func Page[L Line](lines iter.Seq2[L, error], limit int, after store.Cursor) (page []L, next store.Cursor, err error) {
	var none L
	e := sp.InvalidError{Subject: "worklist: page"}
	e.Check(limit >= 1, "limit", sp.OutOfRange, "must be 1 or more")
	e.Check(after == store.Cursor{} || strings.HasPrefix(after.Value, none.Place()[0]+" "), "after", sp.Malformed, "must be a cursor that a page of this list came with")
	if err := e.Err(); err != nil {
		return nil, next, err
	}
	var place string
	same := 0 // lines before this one that say the same
	for line, err := range lines {
		if err != nil {
			return nil, store.Cursor{}, err
		}
		before := place
		place = strings.Join(line.Place(), " ")
		same++
		if place != before {
			same = 0
		}
		at := store.Cursor{Value: place, ID: fmt.Sprintf("%09d", same)}
		if at.Compare(after) <= 0 {
			continue
		}
		if len(page) == limit {
			return page, next, nil
		}
		page, next = append(page, line), at
	}
	return page, store.Cursor{}, nil
}

// Count returns how many lines a work list has. It takes as long as reading the list; of
// one that came whole it is its length.
func Count[L Line](lines iter.Seq2[L, error]) (n int, err error) {
	for _, err := range lines {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// Place implements [Line].
func (w Wait) Place() []string {
	return []string{"wait", digits(9 - w.Class.Rank()), store.Time(w.Since), string(w.Referral)}
}

// Place implements [Line].
func (t Task) Place() []string {
	return []string{"task", digits(int(t.By)), digits(t.Class.rank() + 1), digits(t.Next.rank() + 1), string(t.Referral), digits(int(t.Since)), string(t.Why)}
}

// Place implements [Line].
func (c Concern) Place() []string {
	return []string{"concern", digits(rank(c) + 1), store.Time(c.Due.By), string(c.Referral), string(c.Concern.ID)}
}

// Place implements [Line].
func (f Finding) Place() []string {
	return []string{"finding", string(f.Referral), digits(f.rule)}
}

// Place implements [Line].
func (o Owed) Place() []string {
	first, to, id := 1, 0, string(o.Referral)
	if o.Alarm {
		first = 0
	}
	if o.To == reason.Provider {
		to, id = 1, string(o.Placement)
	}
	return []string{"owed", digits(first), store.Time(o.Since), digits(to), id}
}

// Place implements [Line].
func (a Ask) Place() []string {
	return []string{"ask", string(a.Person), string(a.Referral)}
}

// digits writes a number that is not negative so that it sorts as a text.
func digits(n int) string { return fmt.Sprintf("%07d", n) }
