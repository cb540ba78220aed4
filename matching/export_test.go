package matching

import (
	"math"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
)

// Bounds returns the points that an index takes each offer to have at least, by ID, those
// left out that it takes to be no answer.
func Bounds(x *Index, p person.Profile, r Request, nearly bool) map[directory.ID]int64 {
	r.Limit = 0
	var a Answer
	if err := x.answer(p, r, &a, nearly); err != nil || x.twins {
		return nil
	}
	b := a.bounds(x, nearly)
	b.most = math.MaxInt64
	b.run()
	b.refine()
	least := make(map[directory.ID]int64)
	for _, f := range a.found {
		least[x.snapshot.ID(f.row)] = f.least
	}
	return least
}
