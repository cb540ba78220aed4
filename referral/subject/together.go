package subject

import (
	"context"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/store"
)

// A Result is what came of erasing one of several people.
type Result struct {
	Person   person.ID
	Protocol *Protocol
	Err      error
}

// together is how many people are erased in one commit, if nothing keeps one of them.
const together = 16

// EraseAll erases several people, each under an ID of its own that the function id makes
// of theirs, so that the same run can be called again after it was killed. Whoever cannot
// be erased is in the results with the error, and does not stop the others. It ends early
// only with the context. Progress, if not nil, is told after each person how many are done.
//
// It does to each what [Eraser.Erase] does, for a few at a time in one commit, which is
// faster than one by one. If that fails, each of them is erased alone.
func (e Eraser) EraseAll(ctx context.Context, people []person.ID, id func(person.ID) ErasureID, why Why, s sp.Stamp, progress func(done, total int)) []Result {
	results := make([]Result, 0, len(people))
	for few := range slices.Chunk(people, together) {
		done := make(map[person.ID]*Protocol)
		if ctx.Err() == nil && len(few) > 1 {
			done = e.several(ctx, few, id, why, s)
		}
		for _, of := range few {
			if err := ctx.Err(); err != nil {
				return append(results, Result{Person: of, Err: err})
			}
			p, err := done[of], error(nil)
			if p == nil {
				p, err = e.Erase(ctx, id(of), of, why, s)
			}
			results = append(results, Result{of, p, err})
			if progress != nil {
				progress(len(results), len(people))
			}
		}
	}
	return results
}

// several erases of some people those of whom nothing special is to be said, and returns
// the protocols of whoever is finished. The others are left to [Eraser.Erase], which
// resumes where this has come, says what is wrong and tries again.
func (e Eraser) several(ctx context.Context, people []person.ID, id func(person.ID) ErasureID, why Why, s sp.Stamp) map[person.ID]*Protocol {
	forgotten := e.eraseSeveral(ctx, people, id, why, s)
	for of, p := range forgotten {
		if e.held(ctx, of) != nil || e.Forget != nil && e.Forget(ctx, of) != nil {
			delete(forgotten, of)
			continue
		}
		p.record(KeyWasDestroyed{}, s)
	}
	left := e.left(ctx, forgotten, s)
	finished, changes := make(map[person.ID]*Protocol), make([]store.Change, 0, len(forgotten))
	for of, p := range forgotten {
		if !left[of] {
			p.record(ErasureFinished{}, s)
			finished[of] = p
		}
		changes = append(changes, p)
	}
	if store.Save(ctx, e.DB, changes...) != nil {
		return nil
	}
	return finished
}

// eraseSeveral erases the records of some people in one commit, and returns the protocols
// of those whose records are gone.
func (e Eraser) eraseSeveral(ctx context.Context, people []person.ID, id func(person.ID) ErasureID, why Why, s sp.Stamp) map[person.ID]*Protocol {
	known, err := e.lookUp(ctx, people)
	if err != nil {
		return nil
	}
	gone, book := make(map[person.ID]*Protocol), held.NewBook(e.DB)
	var changes []store.Change
	for _, of := range people {
		if gone[of] != nil || checkErasure(id(of), of, why, s) != nil || e.held(ctx, of) != nil {
			continue
		}
		p, err := loadOrNew(ctx, e.DB, id(of))
		if err != nil || p.state != "" || e.Begin != nil && e.Begin(ctx, of) != nil {
			continue
		}
		b, err := e.gather(ctx, known, of, s)
		if err != nil || b.full || len(b.changes) == 0 {
			continue
		}
		if release(ctx, known, book, of, s) != nil {
			return nil // what it has noted in the book is not to be saved
		}
		p.record(ErasureBegun{of, why}, s)
		p.record(RecordsErased{b.counts, b.ended}, s)
		p.record(AllRecordsErased{}, s)
		gone[of] = p
		changes = append(append(changes, b.changes...), p)
	}
	if store.Save(ctx, e.DB, append(changes, book)...) != nil {
		return nil
	}
	return gone
}

// left returns of whom there is anything left, or may be.
func (e Eraser) left(ctx context.Context, of map[person.ID]*Protocol, s sp.Stamp) map[person.ID]bool {
	left := make(map[person.ID]bool)
	var ids []string
	for id := range of {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	below := unsealed(e.DB) // which has what can be read no more, too
	for _, k := range e.kinds() {
		if len(ids) == 0 {
			break
		}
		if !k.ByID {
			for r, err := range below.Scan(ctx, store.Query{Kind: k.Name, Where: store.Where{termPerson: ids}}) {
				if err != nil {
					return allOf(of)
				}
				left[person.ID(r.Terms[termPerson])] = true
			}
			continue
		}
		for id := range of {
			for r, err := range k.records(ctx, e.DB, id) {
				b := &batch{counts: map[string]int{}, taken: map[store.Key]bool{}}
				if err != nil || b.one(ctx, e.DB, k, r, s) != nil || len(b.changes) > 0 {
					left[id] = true
				}
			}
		}
	}
	return left
}

func allOf(of map[person.ID]*Protocol) map[person.ID]bool {
	all := make(map[person.ID]bool, len(of))
	for id := range of {
		all[id] = true
	}
	return all
}
