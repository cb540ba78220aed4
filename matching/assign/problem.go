package assign

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
)

// The bounds of what a problem may hold. Within them no sum overflows.
const (
	MaxCost    = 1 << 30   // of one option, with weights and penalties: in pence more than ten million pounds
	MaxPlaces  = 1 << 20   // of one provider
	MaxClass   = 99        // the least urgent class
	MaxWait    = 1_000_000 // days of waiting and of bonus together
	MaxUnits   = 1000      // places that one request needs together
	maxEntries = 1 << 24   // places that requests need, and parts of providers
)

const idRule = sp.IDRule + ", and " + sp.PersonIDRule

// A Provider is whatever has places to give: a session, a group, a service or a link worker.
type Provider struct {
	ID     string `json:"id"`
	Places int    `json:"places"` // that anybody may have; 0 is full

	// Parts are places beside those: kept for a group, or dearer than the others.
	Parts []Part `json:"parts,omitempty"`
}

// A Part is a number of places of one provider that are kept for a group or that cost more
// than its open places.
type Part struct {
	Places int    `json:"places"`
	Group  string `json:"group,omitempty"` // who may have them; empty is anybody
	Cost   int    `json:"cost,omitempty"`  // what a place here costs more than one that anybody may have
}

// A Request is one need of one person, or of a household, that waits for a place. A
// person with several needs has several requests.
type Request struct {
	ID     string `json:"id"`               // stable: what does not change from one run to the next
	Person string `json:"person,omitempty"` // whose it is, if they have several; empty is ID
	Class  int    `json:"class"`            // of urgency: 0 is the most urgent
	Waited int    `json:"waited"`           // days since it was made
	Bonus  int    `json:"bonus,omitempty"`  // days that are added, such as for deprivation

	Groups []string `json:"groups,omitempty"` // whose reserved places it may have
	Units  int      `json:"units,omitempty"`  // places that it needs together, for a household; 0 is 1

	// Held is the provider whose place has been offered to the request already: a re-run
	// takes a place from nobody, but may move the request at a cost ([Policy].MovePenalty).
	// Pinned is the provider that has accepted it, or where it has begun: nothing moves it.
	Held   string `json:"held,omitempty"`
	Pinned string `json:"pinned,omitempty"`

	Forbidden []string `json:"forbidden,omitempty"` // providers where it must not go, whatever the options say
	Options   []Option `json:"options"`
}

// An Option is a provider where a request may be met, and what that costs in whole
// numbers, such as the score of a matching.Proposal.
type Option struct {
	Provider string `json:"provider"`
	Cost     int    `json:"cost"`
}

// A Problem is a waiting list and the places there are, checked and ready to be solved
// often. It does not change, and may be used by several goroutines at once.
type Problem struct {
	providers []Provider // in order of ID
	rows      []row      // in order of ID
	first     []int32    // of the options of each row, and their end
	options   []arc      // the cheapest first, then in order of the provider
	extra     map[int32]extra
	index     map[string]int32 // of providers
}

// A row is what every request has; an extra what few have.
type row struct {
	id                                 string
	class, waited, bonus, held, pinned int32
}

type extra struct {
	person    string
	units     int32
	groups    []string
	forbidden []int32
}

// An arc leads from a row to a provider, or to a part of one.
type arc struct{ to, cost int32 }

// compare puts the cheapest first. Whoever looks for the best can then stop early.
func (x arc) compare(y arc) int { return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(x.to, y.to)) }

// New returns the problem of placing requests at providers. It fails with a
// [*sp.InvalidError] that names the faulty requests and providers by their IDs, and says
// what is wrong: an ID or option that comes twice, a cost or number out of range, a provider
// that is not listed, more requests pinned to a provider than it has places. The order of
// requests, providers and options makes no difference, and New keeps nothing that it is passed.
func New(providers []Provider, requests iter.Seq[Request]) (*Problem, error) {
	b := builder{e: &sp.InvalidError{Subject: "assign: problem"}}
	b.addProviders(providers)
	b.first = append(b.first, 0)
	for r := range requests {
		b.add(r)
	}
	if len(b.e.Fields) == 0 {
		b.sort()
	}
	if len(b.e.Fields) == 0 {
		b.checkPinned()
	}
	if err := b.e.Err(); err != nil {
		return nil, err
	}
	p := b.Problem
	p.options = append(make([]arc, 0, len(p.options)), p.options...) // without the room to grow, for as long as it is kept
	return &p, nil
}

type builder struct {
	Problem
	e    *sp.InvalidError
	seen []int32 // of providers: the last row that has it as an option, from 1 on

	places, choices int64 // that all requests need, and the options for each of them
}

// check notes a broken rule; a thousand of them are enough.
func (b *builder) check(ok bool, path func() string, code sp.Fault, rule string) bool {
	if !ok && len(b.e.Fields) < 1000 {
		b.e.Check(false, path(), code, rule)
	}
	return ok
}

func (b *builder) addProviders(providers []Provider) {
	b.providers = slices.Clone(providers)
	slices.SortStableFunc(b.providers, func(x, y Provider) int { return cmp.Compare(x.ID, y.ID) })
	b.index, b.seen = make(map[string]int32, len(providers)), make([]int32, len(providers))
	parts := 0
	for i, p := range b.providers {
		at := func(what string) func() string {
			return func() string { return fmt.Sprintf("providers[%s]%s", shown(p.ID), what) }
		}
		b.check(sp.ValidID(p.ID), at(".id"), sp.Malformed, sp.IDRule)
		_, twice := b.index[p.ID]
		b.check(!twice, at(""), sp.Duplicate, "must be there once")
		b.check(p.Places >= 0 && p.Places <= MaxPlaces, at(".places"), sp.OutOfRange, "must be from 0 to 1048576")
		for _, part := range p.Parts {
			b.check(part.Places >= 0 && part.Places <= MaxPlaces, at(".parts.places"), sp.OutOfRange, "must be from 0 to 1048576")
			b.check(part.Cost >= 0 && part.Cost <= MaxCost, at(".parts.cost"), sp.OutOfRange, "must be from 0 to 1073741824")
		}
		b.providers[i].Parts = slices.Clone(p.Parts)
		b.index[p.ID] = int32(i)
		parts += 1 + len(p.Parts)
	}
	b.check(parts <= maxEntries, func() string { return "providers" }, sp.WrongLength, "must have at most 16777216 parts")
}

// shown is an ID as far as it can be shown: what is no ID may be personal data.
func shown(id string) string {
	if sp.ValidPersonID(id) {
		return id
	}
	return "?"
}

func (b *builder) add(r Request) {
	i := int32(len(b.rows))
	at := func(what string) func() string {
		return func() string { return fmt.Sprintf("requests[%s]%s", shown(r.ID), what) }
	}
	b.check(sp.ValidPersonID(r.ID), at(".id"), sp.Malformed, idRule)
	b.check(r.Person == "" || sp.ValidPersonID(r.Person), at(".person"), sp.Malformed, idRule)
	b.check(r.Class >= 0 && r.Class <= MaxClass, at(".class"), sp.OutOfRange, "must be from 0 to 99")
	days := r.Waited >= 0 && r.Waited <= MaxWait && r.Bonus >= 0 && r.Bonus <= MaxWait-r.Waited
	b.check(days, at(".waited"), sp.OutOfRange, "and the bonus must be from 0 to 1000000 days together")
	b.check(r.Units >= 0 && r.Units <= MaxUnits, at(".units"), sp.OutOfRange, "must be from 0 to 1000")
	b.check(r.Held == "" || r.Pinned == "", at(".held"), sp.Inconsistent, "must not be there beside pinned")
	units := int64(min(max(r.Units, 1), MaxUnits))
	if b.places += units; b.places > maxEntries || b.choices+units*int64(len(r.Options)) > math.MaxInt32 {
		b.check(false, func() string { return "requests" }, sp.WrongLength, "must need at most 16777216 places, with at most 2147483647 options for them all")
		return
	}
	b.choices += units * int64(len(r.Options))
	w := row{id: r.ID, class: int32(r.Class), waited: int32(r.Waited), bonus: int32(r.Bonus)}
	w.held, w.pinned = b.find(r.Held, at(".held")), b.find(r.Pinned, at(".pinned"))
	x := extra{person: r.Person, units: int32(r.Units), groups: slices.Clone(r.Groups)}
	for _, id := range r.Forbidden {
		b.check(id != "", at(".forbidden"), sp.NotListed, "must hold IDs of providers of this problem")
		x.forbidden = append(x.forbidden, b.find(id, at(".forbidden")))
	}
	if r.Pinned != "" {
		b.check(!slices.Contains(x.forbidden, w.pinned), at(".pinned"), sp.Inconsistent, "must not be a provider that is forbidden")
	}
	if r.Person != "" || r.Units > 1 || r.Groups != nil || r.Forbidden != nil {
		if b.extra == nil {
			b.extra = map[int32]extra{}
		}
		slices.Sort(x.groups)
		slices.Sort(x.forbidden)
		b.extra[i] = x
	}
	b.addOptions(i, r.Options, at)
	b.rows = append(b.rows, w)
	b.first = append(b.first, int32(len(b.options)))
}

// addOptions adds the options of row i.
func (b *builder) addOptions(i int32, options []Option, at func(string) func() string) {
	from := len(b.options)
	for _, o := range options {
		j, ok := b.index[o.Provider]
		if !ok || o.Cost < 0 || o.Cost > MaxCost {
			here := ".options[" + shown(o.Provider) + "]"
			b.check(ok, at(here), sp.NotListed, "must be the ID of a provider of this problem")
			b.check(o.Cost >= 0 && o.Cost <= MaxCost, at(here+".cost"), sp.OutOfRange, "must be from 0 to 1073741824")
			continue
		}
		if b.seen[j] == i+1 {
			b.check(false, at(".options["+o.Provider+"]"), sp.Duplicate, "must be there once")
		}
		b.seen[j] = i + 1
		b.options = append(b.options, arc{j, int32(o.Cost)})
	}
	slices.SortFunc(b.options[from:], arc.compare)
}

// find returns the index of a provider, and -1 for none.
func (b *builder) find(id string, path func() string) int32 {
	if id == "" {
		return -1
	}
	j, ok := b.index[id]
	if !b.check(ok, path, sp.NotListed, "must be the ID of a provider of this problem") {
		return -1
	}
	return j
}

// sort brings the rows in the order of their IDs, so that nothing that follows can
// depend on the order in which they came.
func (b *builder) sort() {
	byID := func(x, y row) int { return cmp.Compare(x.id, y.id) }
	if !slices.IsSortedFunc(b.rows, byID) {
		old := b.Problem
		order := make([]int32, len(old.rows))
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortFunc(order, func(x, y int32) int { return byID(old.rows[x], old.rows[y]) })
		b.rows = make([]row, 0, len(old.rows))
		b.first = append(make([]int32, 0, len(old.first)), 0)
		b.options = make([]arc, 0, len(old.options))
		b.extra = make(map[int32]extra, len(old.extra))
		for k, i := range order {
			b.rows = append(b.rows, old.rows[i])
			b.options = append(b.options, old.options[old.first[i]:old.first[i+1]]...)
			b.first = append(b.first, int32(len(b.options)))
			if x, ok := old.extra[i]; ok {
				b.extra[int32(k)] = x
			}
		}
	}
	for i := 1; i < len(b.rows); i++ {
		if id := b.rows[i].id; id == b.rows[i-1].id {
			b.check(false, func() string { return "requests[" + id + "]" }, sp.Duplicate, "must be there once")
		}
	}
}

// checkPinned refuses more pinned requests than a provider has places.
func (b *builder) checkPinned() {
	g := newParts(&b.Problem)
	for i, r := range b.rows {
		if r.pinned < 0 {
			continue
		}
		ok := g.pin(int32(i)) >= 0
		b.check(ok, func() string { return "requests[" + r.id + "].pinned" }, sp.Inconsistent,
			"must be a provider with a place that it may have, beside those of the others who are pinned there")
	}
}

// Requests returns how many requests there are.
func (p *Problem) Requests() int { return len(p.rows) }

// All returns the requests as they were given, in order of their IDs.
func (p *Problem) All() iter.Seq[Request] {
	return func(yield func(Request) bool) {
		for i := range p.rows {
			if !yield(p.request(int32(i))) {
				return
			}
		}
	}
}

// Offering returns the providers, in order of their IDs.
func (p *Problem) Offering() []Provider { return slices.Clone(p.providers) }

func (p *Problem) request(i int32) Request {
	w, x := p.rows[i], p.extra[i]
	r := Request{
		ID: w.id, Person: x.person, Class: int(w.class), Waited: int(w.waited), Bonus: int(w.bonus),
		Units: int(x.units), Groups: slices.Clone(x.groups), Held: p.providerID(w.held), Pinned: p.providerID(w.pinned),
		Options: []Option{},
	}
	for _, j := range x.forbidden {
		r.Forbidden = append(r.Forbidden, p.providerID(j))
	}
	options := slices.SortedFunc(slices.Values(p.of(i)), func(x, y arc) int { return cmp.Compare(x.to, y.to) })
	for _, o := range options {
		r.Options = append(r.Options, Option{p.providerID(o.to), int(o.cost)})
	}
	return r
}

// of returns the options of a row.
func (p *Problem) of(i int32) []arc { return p.options[p.first[i]:p.first[i+1]] }

func (p *Problem) providerID(j int32) string {
	if j < 0 {
		return ""
	}
	return p.providers[j].ID
}

// units returns how many places a row needs.
func (p *Problem) units(i int32) int32 { return max(p.extra[i].units, 1) }

// person returns whose a row is.
func (p *Problem) person(i int32) string {
	if x := p.extra[i]; x.person != "" {
		return x.person
	}
	return p.rows[i].id
}

// find returns the row of an ID.
func (p *Problem) find(id string) (int32, bool) {
	i, ok := slices.BinarySearchFunc(p.rows, id, func(r row, id string) int { return cmp.Compare(r.id, id) })
	return int32(i), ok
}
