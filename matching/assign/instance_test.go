package assign

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

// An instance is a synthetic waiting list of the generator whose optimal values are known.
type instance struct {
	class, rank []int
	places      []int
	options     [][]generated
}

type generated struct{ provider, cost int }

// A family is a kind of list: in "geo" people and providers stand about towns, and what a
// place costs is mostly travel; in "uni" options and costs are uniform.
type family struct {
	people, providers, degree int
	fill                      float64
	geo                       bool
	cost                      int // the largest, of uni
}

func plain(people int, geo bool) family {
	return family{people: people, providers: people / 10, degree: 30, fill: .85, geo: geo, cost: 1000}
}

func (f family) name() string {
	if f.geo {
		return fmt.Sprintf("geo/%dx%d", f.people, f.providers)
	}
	return fmt.Sprintf("uni/%dx%d", f.people, f.providers)
}

// generate makes an instance; the same family and seed make the same.
func (f family) generate(seed uint64) instance {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	in := instance{class: make([]int, f.people), rank: make([]int, f.people), places: make([]int, f.providers), options: make([][]generated, f.people)}
	wait := make([]float64, f.people)
	order := make([]int, f.people)
	for i := range order {
		order[i] = i
		switch u := r.Float64(); {
		case u < .05:
		case u < .20:
			in.class[i] = 1
		case u < .60:
			in.class[i] = 2
		default:
			in.class[i] = 3
		}
		wait[i] = r.ExpFloat64() * 90
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(in.class[a], in.class[b]), cmp.Compare(wait[b], wait[a]), cmp.Compare(a, b))
	})
	for k, i := range order {
		in.rank[i] = k
	}
	weight, sum := make([]float64, f.providers), 0.0
	for j := range weight {
		weight[j] = math.Exp(r.NormFloat64() * .8)
		sum += weight[j]
	}
	total, part, given := int(f.fill*float64(f.people)+.5), 0.0, 0
	for j := range weight {
		part += weight[j] / sum * float64(total)
		in.places[j] = int(part+.5) - given
		given += in.places[j]
	}
	if f.geo {
		f.geography(r, &in)
		return in
	}
	mark := make([]int, f.providers)
	for i := range in.options {
		for len(in.options[i]) < min(f.degree, f.providers) {
			if j := r.IntN(f.providers); mark[j] != i+1 {
				mark[j] = i + 1
				in.options[i] = append(in.options[i], generated{j, r.IntN(f.cost + 1)})
			}
		}
	}
	return in
}

// kinds are how many kinds of need there are.
const kinds = 12

// A land is where providers are and what they offer.
type land struct {
	x, y     []float64
	online   []bool
	wait     []int
	byKind   [][]int
	townX    []float64
	townY    []float64
	sizes    []float64 // of towns, added up
	everyone float64
	most     float64 // minutes, where looking at everything would take hours; 0 looks at everything
}

func (l *land) town(r *rand.Rand) int {
	k, _ := slices.BinarySearch(l.sizes, r.Float64()*l.everyone)
	return k
}

func newLand(r *rand.Rand, providers int) *land {
	towns := max(3, providers/40)
	side := 8 * math.Sqrt(float64(towns)) // km
	l := &land{byKind: make([][]int, kinds)}
	for t := range towns {
		l.townX = append(l.townX, r.Float64()*side)
		l.townY = append(l.townY, r.Float64()*side)
		l.everyone += 1 / math.Sqrt(float64(t+1))
		l.sizes = append(l.sizes, l.everyone)
	}
	for j := range providers {
		t := l.town(r)
		l.x = append(l.x, l.townX[t]+r.NormFloat64()*2)
		l.y = append(l.y, l.townY[t]+r.NormFloat64()*2)
		l.online = append(l.online, r.Float64() < .1)
		var offers uint16
		for q := 1 + r.IntN(3); q > 0; q-- {
			offers |= 1 << r.IntN(kinds)
		}
		for k := range kinds {
			if offers>>k&1 == 1 {
				l.byKind[k] = append(l.byKind[k], j)
			}
		}
		l.wait = append(l.wait, r.IntN(200))
	}
	return l
}

// geography gives every person the cheapest providers of what they need.
func (f family) geography(r *rand.Rand, in *instance) {
	l := newLand(r, f.providers)
	if f.providers > 20_000 {
		l.most = 60
	}
	for i := range in.options {
		t := l.town(r)
		x, y := l.townX[t]+r.NormFloat64()*3, l.townY[t]+r.NormFloat64()*3
		slow := 1.5 // minutes for a kilometre
		if r.Float64() < .35 {
			slow = 5 // without a car
		}
		need := r.IntN(kinds)
		found := l.near(r, nil, need, 0, x, y, slow)
		if r.Float64() < .4 {
			if other := r.IntN(kinds); other != need {
				found = l.near(r, found, other, 150, x, y, slow)
			}
		}
		slices.SortFunc(found, func(a, b generated) int {
			return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.provider, b.provider))
		})
		seen := map[int]bool{}
		for _, o := range found {
			if len(in.options[i]) == f.degree {
				break
			}
			if !seen[o.provider] {
				seen[o.provider] = true
				in.options[i] = append(in.options[i], o)
			}
		}
	}
}

func (l *land) near(r *rand.Rand, found []generated, kind, fit int, x, y, slow float64) []generated {
	for _, j := range l.byKind[kind] {
		if l.most > 0 && !l.online[j] && slow*1.3*max(math.Abs(l.x[j]-x), math.Abs(l.y[j]-y)) > l.most {
			continue
		}
		if r.Uint32()%10 >= 6 {
			continue
		}
		minutes := 0.0
		if l.online[j] {
			if r.Float64()*float64(len(l.byKind[kind])) > 30 {
				continue
			}
		} else {
			minutes = slow * math.Hypot(l.x[j]-x, l.y[j]-y) * 1.3
		}
		if minutes > 200 {
			continue
		}
		found = append(found, generated{j, min(int(2.5*minutes)+fit+l.wait[j]+r.IntN(60), 1000)})
	}
	return found
}

// problem makes a problem of an instance: as days waited stands what makes the line that
// of the generator.
func (in instance) problem(tb testing.TB) *Problem {
	tb.Helper()
	providers := make([]Provider, len(in.places))
	for j, n := range in.places {
		providers[j] = Provider{ID: fmt.Sprintf("X%06d", j), Places: n}
	}
	options := make([]Option, 0, 64)
	p, err := New(providers, func(yield func(Request) bool) {
		for i := range in.options {
			options = options[:0]
			for _, o := range in.options[i] {
				options = append(options, Option{providers[o.provider].ID, o.cost})
			}
			if !yield(Request{ID: fmt.Sprintf("P%06d", i), Class: in.class[i], Waited: len(in.rank) - in.rank[i], Options: options}) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return p
}

func TestSolveFindsTheKnownOptimaOfTheGenerator(t *testing.T) {
	for _, c := range []struct {
		people int
		geo    bool
		placed int
		cost   int64
	}{
		{1_000, true, 850, 109893},
		{1_000, false, 850, 50835},
		{10_000, true, 8459, 1174598},
		{10_000, false, 8500, 416677},
		{100_000, true, 83654, 11866577},
		{100_000, false, 85000, 4445441},
	} {
		f := plain(c.people, c.geo)
		t.Run(f.name(), func(t *testing.T) {
			if c.people > 10_000 || c.people == 10_000 && c.geo {
				tier.Need(t, tier.Full)
			}
			r := solved(t, f.generate(1).problem(t), Policy{}, Options{})
			require.Len(t, r.Placements, c.placed)
			require.Equal(t, c.cost, r.Cost)
			require.False(t, r.Slow)
		})
	}
}
