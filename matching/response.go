package matching

import (
	"cmp"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/person"
)

// An Answer is what an [Index] found for one person. Use one for many people, one after the
// other: each call overwrites it, and once it has grown large enough a call allocates only
// what is new to the index. It must not be used by several goroutines at once.
type Answer struct {
	// Found are the best offers, or those that nearly fit, as [Rank] and [NearMisses] order
	// them, without their reasons: Proposals and Misses give these.
	Found []Found

	// Asked is how many of the offers of the index were looked at one by one, because columns
	// do not tell everything of them.
	Asked int

	profile person.Profile
	options Options
	c       Case
	wants   []*wanted
	likings []*liking
	best    []candidate

	rules    []ruleSets
	needs    []sets
	ways     []waySets
	fetched  []uint64
	liked    [][]uint64 // something that they like
	spotted  [][]uint64 // something of which they said whether they like it
	unasked  bool       // some rule is not in rules
	left     []uint64   // rows that may be among the answers
	helps    []uint64
	ones     []uint64 // of near misses: rows of which a rule fails
	twos     []uint64 // two rules or more
	walks    []uint64 // that take a journey and nothing else
	orgs     []uint32
	familiar []uint32 // statements of the organisations that they know
	area     []uint32
	lived    []sp.Truth // by statement of an area, if it was asked
	judged   []bool     // whether it was
	today    *day
	b        bounds
	found    []bound
	firsts   []int64
	groups   []directory.Group
	key      []byte
}

// Found is one of the offers that an [Index] found. The offer belongs to the snapshot: do
// not write to it.
type Found struct {
	Offer  *directory.Offer
	Mode   directory.Mode // of a proposal: how the person would take it
	Score  int64          // points; fewer are better
	Rule   Rule           // of a near miss: the rule that is answered no
	Change Change         // of a near miss: what would have to change
}

// Rank finds the offers that fit a person, in the order of the function [Rank], and writes
// them to a. It fails with an [*sp.InvalidError] as [Options.Check] does.
func (x *Index) Rank(p person.Profile, r Request, a *Answer) error { return x.answer(p, r, a, false) }

// NearMisses finds the offers that one change would make fit, in the order of the function
// [NearMisses], and writes them to a. It fails with an [*sp.InvalidError] as [Options.Check]
// does.
func (x *Index) NearMisses(p person.Profile, r Request, a *Answer) error {
	return x.answer(p, r, a, true)
}

// Find answers both questions at once: what fits a person, with its reasons and what to ask
// first, and what would fit after one change, at most [Request.Limit] of each. Both are copies
// that may be kept. Who asks about many people keeps an [Answer] instead, and asks by
// [Index.Rank] and [Index.NearMisses]. It fails with an [*sp.InvalidError] as [Options.Check] does.
func (x *Index) Find(p person.Profile, r Request) (fits []Proposal, nearly []NearMiss, err error) {
	var a Answer
	if err := x.Rank(p, r, &a); err != nil {
		return nil, nil, err
	}
	fits = a.Proposals()
	if err := x.NearMisses(p, r, &a); err != nil {
		return nil, nil, err
	}
	return fits, a.Misses(), nil
}

func (x *Index) answer(p person.Profile, r Request, a *Answer, nearly bool) error {
	if err := x.begin(p, r, a); err != nil {
		return err
	}
	if x.twins {
		a.best = append(a.best, a.c.best(x.all, nearly)...)
	} else {
		x.search(a, nearly)
	}
	for _, c := range a.best {
		a.Found = append(a.Found, Found{c.offer, c.taking.Mode, c.score, c.blocker.rule, c.blocker.change})
	}
	return nil
}

// begin makes a ready for a person.
func (x *Index) begin(p person.Profile, r Request, a *Answer) error {
	a.best, a.Found, a.Asked = a.best[:0], a.Found[:0], 0
	a.profile, a.options = p, r.options(&x.scheme)
	if p.ID == "" || r.Limit < 0 {
		return a.options.Check(&a.profile)
	}
	a.wants, a.likings = a.wants[:0], a.likings[:0]
	for _, code := range r.Needs {
		a.wants = append(a.wants, x.wanted(code))
	}
	for _, in := range p.Interests {
		if in.Likes.Known() {
			a.likings = append(a.likings, x.liking(in))
		}
	}
	a.c.begin(&a.profile, &a.options, a.wants, a.likings)
	a.today = x.day(&a.c)
	a.c.options.Usual = a.today.usual
	return nil
}

// search asks the offers that may be among the best, those first that may be the best,
// until no other can be.
func (x *Index) search(a *Answer, nearly bool) {
	a.gather(x)
	a.know(x)
	b := a.bounds(x, nearly)
	for i := range x.snapshot.Changed() {
		a.consider(x.snapshot.At(search.Row(x.rows+i)), nearly)
	}
	for more := int64(48); ; more *= 4 {
		b.run()
		b.refine()
		slices.SortFunc(a.found, func(m, n bound) int { return cmp.Or(cmp.Compare(m.least, n.least), cmp.Compare(m.row, n.row)) })
		for _, f := range a.found {
			if a.full() && f.least > a.best[0].score {
				break
			}
			if f.plain {
				if c, ok := b.settle(f); ok {
					a.add(c)
					continue
				}
			}
			a.consider(x.snapshot.At(search.Row(f.row)), nearly)
		}
		if b.most == math.MaxInt64 || b.anyhow || a.full() && a.best[0].score <= b.most {
			break
		}
		b.above = b.most
		switch {
		case a.full():
			b.most = a.best[0].score
		case more > most:
			b.most = math.MaxInt64
		default:
			b.most += more
		}
	}
	slices.SortFunc(a.best, candidate.compare)
}

// know notes what is the person's: the organisations that they know, where they live.
func (a *Answer) know(x *Index) {
	a.familiar = a.familiar[:0]
	for _, id := range a.c.options.Continuity {
		if n, ok := x.orgs[id]; ok {
			a.familiar = append(a.familiar, n)
		}
	}
	a.orgs = x.snapshot.Column(search.Organisation).Of
	n := len(x.snapshot.Column(search.Area).Examples)
	a.lived, a.judged = slices.Grow(a.lived[:0], n)[:n], slices.Grow(a.judged[:0], n)[:n]
	clear(a.judged)
}

// lives reports whether the offer of a row is for people who live where the person does.
func (a *Answer) lives(x *Index, row uint32) sp.Truth {
	n := a.area[row]
	if !a.judged[n] {
		o := x.snapshot.At(search.Row(x.snapshot.Column(search.Area).Examples[n]))
		a.judged[n], a.lived[n] = true, o.Area.Covers(a.c.home)
	}
	return a.lived[n]
}

// full reports whether there are as many candidates as are wanted.
func (a *Answer) full() bool { return a.c.options.Limit > 0 && len(a.best) == a.c.options.Limit }

// consider asks an offer, and keeps it if it is among the best so far.
func (a *Answer) consider(o *directory.Offer, nearly bool) {
	a.Asked++
	if x, ok := a.c.consider(o, nearly); ok {
		a.add(x)
	}
}

// add keeps a candidate if it is among the best so far.
func (a *Answer) add(x candidate) {
	switch {
	case !a.full():
		a.best = append(a.best, x)
		if a.c.options.Limit > 0 {
			a.rise(len(a.best) - 1)
		}
	case x.compare(a.best[0]) < 0:
		a.best[0] = x
		a.sink()
	}
}

// rise and sink keep the last of the best at the head of their heap.
func (a *Answer) rise(i int) {
	for h := a.best; i > 0 && h[(i-1)/2].compare(h[i]) < 0; i = (i - 1) / 2 {
		h[(i-1)/2], h[i] = h[i], h[(i-1)/2]
	}
}

func (a *Answer) sink() {
	h := a.best
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < len(h) && h[child+1].compare(h[child]) > 0 {
			child++
		}
		if child >= len(h) || h[i].compare(h[child]) >= 0 {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}

// Proposals returns what [Index.Rank] found, with reasons: the same as [Rank] returns.
func (a *Answer) Proposals() (all []Proposal) {
	for _, x := range a.best {
		all = append(all, a.c.proposal(x))
	}
	return all
}

// Misses returns what [Index.NearMisses] found: the same as [NearMisses] returns.
func (a *Answer) Misses() (all []NearMiss) {
	for _, x := range a.best {
		all = append(all, x.miss())
	}
	return all
}
