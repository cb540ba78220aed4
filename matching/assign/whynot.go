package assign

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Because is the code of a reason why a request is not at a provider.
type Because string

// The reasons.
const (
	NoOption  Because = "no-option" // the provider is none of its options
	Forbidden Because = "forbidden" // it must not go there
	Pinned    Because = "pinned"    // it stays where it has been accepted
	Reserved  Because = "reserved"  // all places there are kept for others
	NoPlaces  Because = "no-places" // there are none, or all are of people who stay
	IsThere   Because = "is-there"  // it is at this provider
	Dearer    Because = "dearer"    // the place it has costs it less
	Price     Because = "price"     // the place there would cost it less, and is worth more to others
	Tie       Because = "tie"       // both are worth the same; the tie-break decided
	Full      Because = "full"      // it has no place at all: see Refusal
	Apart     Because = "apart"     // it needs more places together than there are
	Arranged  Because = "arranged"  // with it there, no arrangement of all that need several places together is better
)

// A Reason is why a request is not at a provider.
type Reason struct {
	Request  string  `json:"request"`
	Provider string  `json:"provider"`
	Because  Because `json:"because"`

	// More is how much more the place there would cost the request than the one it has, below
	// 0 if it would cost less. Saves is how much more the place there saves others than the
	// place that the request has. Both are in units of cost.
	More  int64 `json:"more,omitempty"`
	Saves int64 `json:"saves,omitempty"`

	Refusal *Refusal `json:"refusal,omitempty"`
}

// A Refusal is why a request has no place: all places at the providers where it could go,
// directly or by moving somebody, are held by requests before it in line, and none of those can
// go anywhere else. Where there are households, it may be that places are left, and too few of them,
// however those before it are arranged.
type Refusal struct {
	Request   string    `json:"request"`
	Rank      int       `json:"rank"`            // in line, from 1 on
	Units     int       `json:"units,omitempty"` // places that it needs together, if they are several
	Providers []PartRef `json:"providers"`       // the closed set, which holds all of its options; with cases its options alone
	Places    int       `json:"places"`          // there, beside those of whoever is pinned
	Ahead     int       `json:"ahead"`           // requests that hold them, each of them before it in line unless there are cases

	// Cases is how many cases the proof tells apart, each with too few places; 0 is that all places are held.
	// Unproven is that there was no place in those that were looked at, which were not all.
	Cases    int  `json:"cases,omitempty"`
	Unproven bool `json:"unproven,omitempty"`

	// OneMore are the providers where one more place would reach the request, with all households
	// where they are. Where there is none, First is how many requests before it one more place would reach first.
	OneMore []string `json:"oneMore,omitempty"`
	First   int      `json:"first,omitempty"`
}

// String returns the refusal as a sentence.
func (r Refusal) String() string {
	if len(r.Providers) == 0 {
		return fmt.Sprintf("%s has no option anywhere", r.Request)
	}
	switch {
	case r.Unproven:
		return fmt.Sprintf("no place was found for %s (number %d in line) in those arrangements of the households ahead of it that were tried, and they were not all", r.Request, r.Rank)
	case r.Cases > 0:
		return fmt.Sprintf("however those ahead of it are placed, too few of the %s at the %s that %s could be referred to are left for it (it is number %d in line); the proof tells %s apart",
			counted(r.Places, "place"), counted(len(r.Providers), "provider"), r.Request, r.Rank, counted(r.Cases, "case"))
	}
	return fmt.Sprintf("all %s at the %s that %s could be referred to, directly or by moving somebody, are held by %s ahead of it (it is number %d in line), and none of them can go elsewhere",
		counted(r.Places, "place"), counted(len(r.Providers), "provider"), r.Request, counted(r.Ahead, "request"), r.Rank)
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprint(n, " ", noun)
}

// String returns the reason as a sentence, in units of cost.
func (r Reason) String() string {
	switch r.Because {
	case NoOption:
		return fmt.Sprintf("%s is no option for %s", r.Provider, r.Request)
	case Forbidden:
		return fmt.Sprintf("%s must not go to %s", r.Request, r.Provider)
	case NoPlaces:
		return fmt.Sprintf("%s has no places that anybody could have", r.Provider)
	case Pinned:
		return fmt.Sprintf("%s has been accepted elsewhere", r.Request)
	case Reserved:
		return fmt.Sprintf("all places at %s are kept for groups that %s is not of", r.Provider, r.Request)
	case IsThere:
		return fmt.Sprintf("%s is at %s", r.Request, r.Provider)
	case Dearer:
		return fmt.Sprintf("%s would cost %s %d more", r.Provider, r.Request, r.More)
	case Price:
		return fmt.Sprintf("%s would cost %s %d less, but a place there saves others %d more in all", r.Provider, r.Request, -r.More, r.Saves)
	case Tie:
		return fmt.Sprintf("%s would be as good for everybody; the published tie-break decided", r.Provider)
	case Apart:
		return fmt.Sprintf("%s has fewer places than %s needs together", r.Provider, r.Request)
	case Arranged:
		return fmt.Sprintf("with %s at %s, no arrangement of all households and others costs less in all", r.Request, r.Provider)
	case Full:
	}
	return r.Refusal.String()
}

// WhyNot returns why a request is not at a provider. It fails with [sp.ErrNotFound] if the
// problem has no such request or provider.
func (d *Reading) WhyNot(request, provider string) (Reason, error) {
	i, known := d.g.p.find(request)
	j, there := d.g.p.index[provider]
	if !known || !there {
		return Reason{}, fmt.Errorf("assign: why is %s not at %s: %w", shown(request), shown(provider), sp.ErrNotFound)
	}
	r := Reason{Request: request, Provider: provider}
	own := d.at[i]
	to, could := d.best(i, j)
	_, option := find(d.g.p.of(i), j)
	switch {
	case own >= 0 && d.g.provider[own] == j:
		r.Because = IsThere
	case d.g.rank[i] < 0:
		r.Because = Pinned
	case !option:
		r.Because = NoOption
	case !could:
		r.Because = Forbidden
		if !d.forbidden(i, j) {
			r.Because = Reserved
		}
	case !d.fits(i, to.to) && d.g.p.units(i) > 1:
		r.Because = Apart
	case own < 0:
		refusal := d.refusal(i)
		r.Because, r.Refusal = Full, &refusal
	case d.g.room[to.to] == d.units[to.to] && d.g.p.units(i) == 1:
		r.Because = NoPlaces
	default:
		d.compare(&r, i, own, to)
	}
	return r, nil
}

func (d *Reading) forbidden(i, j int32) bool {
	return slices.Contains(d.g.p.extra[i].forbidden, j)
}

// best returns the part of a provider that is best for a row, with its price: of those with places, if there are any.
func (d *Reading) best(i, j int32) (best arc, ok bool) {
	worth := func(a arc) price {
		none := int64(0)
		if d.g.room[a.to] == d.units[a.to] {
			none = 1
		}
		return price{none, int64(a.cost) + d.price[a.to].cost}
	}
	for t := d.g.parts.first[j]; t < d.g.parts.first[j+1]; t++ {
		if a, may := d.g.arcTo(i, t); may && (!ok || worth(a).less(worth(best))) {
			best, ok = a, true
		}
	}
	return best, ok
}

// compare says how the place of a row and another that it could have compare.
func (d *Reading) compare(r *Reason, i, own int32, to arc) {
	mine, _ := d.g.arcTo(i, own)
	r.More = int64(to.cost) - int64(mine.cost)
	r.Saves = (d.price[to.to].cost - d.price[own].cost) * int64(d.g.p.units(i))
	switch {
	case r.More > 0:
		r.Because = Dearer
	case d.g.p.units(i) > 1 && d.r.Proof.Arrangement != nil:
		r.Because, r.Saves = Arranged, 0 // prices alone do not say why
	case r.More == 0 && r.Saves == 0:
		r.Because = Tie
	default:
		r.Because = Price
	}
}

// Refusal returns why a request has no place. It fails with [sp.ErrNotFound] if the
// problem has no such request, or it has a place.
func (d *Reading) Refusal(request string) (Refusal, error) {
	i, ok := d.g.p.find(request)
	if !ok || d.at[i] >= 0 || d.g.rank[i] < 0 {
		return Refusal{}, fmt.Errorf("assign: refusal of %s: %w", shown(request), sp.ErrNotFound)
	}
	return d.refusal(i), nil
}

func (d *Reading) refusal(i int32) Refusal {
	r := Refusal{Request: d.g.p.rows[i].id, Rank: int(d.g.rank[i]) + 1, Providers: []PartRef{}}
	if need := d.g.p.units(i); need > 1 {
		r.Units = int(need)
	}
	skip := func(int32) bool { return false }
	if d.proven[i] { // the set is not closed
		skip = func(t int32) bool { _, own := d.g.arcTo(i, t); return !own }
		r.Unproven = true
		for _, h := range d.r.Proof.Households {
			if h.Request == r.Request {
				r.Cases, r.Unproven = h.Why.Ends(), false
			}
		}
	}
	first := map[int32]bool{}
	for _, t := range d.around(i, move, skip) {
		ref := d.g.ref(t)
		r.Providers = append(r.Providers, ref)
		r.Places += int(d.g.room[t])
		r.Ahead += len(d.in[t])
		if by := d.reached[t]; by >= 0 && by != i {
			first[by] = true
		} else if by == i && d.g.policy.Precedence != OpenFirst && ref.Part == 0 {
			r.OneMore = append(r.OneMore, ref.Provider)
		}
	}
	if len(r.OneMore) == 0 {
		r.First = len(first)
	}
	return r
}

// Ends returns how many cases a proof tells apart. nil is one: that which needs no telling apart.
func (c *Case) Ends() int {
	if c == nil {
		return 1
	}
	if c.Household == "" {
		return 1
	}
	return c.There.Ends() + c.Elsewhere.Ends()
}
