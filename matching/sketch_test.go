package matching_test

import (
	"math"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/person"
)

// A sketch ranks as a first fast version would: a set of bits for each need, arrays of
// numbers, a heap of the best. It knows no unknowns, reasons, other ways than in person,
// other languages, or observed waits. Its time is a mark for that of the index, which answers
// more; it gives other answers.
type sketch struct {
	needs       map[string][]uint64
	from        []uint16 // months
	price, wait []uint16 // pence, days
	east, north []float32
	best        []sketched
}

type sketched struct {
	score float32
	row   int32
}

const metresPerDegree = 111_195

func newSketch(offers []directory.Offer) *sketch {
	s := &sketch{needs: map[string][]uint64{}}
	for i := range offers {
		o := &offers[i]
		for _, topic := range o.Topics {
			if s.needs[topic.Code] == nil {
				s.needs[topic.Code] = make([]uint64, (len(offers)+63)/64)
			}
			s.needs[topic.Code][i>>6] |= 1 << (i & 63)
		}
		least, _ := o.Cost.Least(today)
		s.from = append(s.from, uint16(o.Eligibility.Ages.From.Or(0)))
		s.price = append(s.price, uint16(least.Minor()))
		s.wait = append(s.wait, uint16(o.Capacity.WaitDays.Or(28)))
		s.east = append(s.east, float32(o.Point.Lon*metresPerDegree*math.Cos(54*math.Pi/180)))
		s.north = append(s.north, float32(o.Point.Lat*metresPerDegree))
	}
	return s
}

func (s *sketch) rank(p *person.Profile, r *matching.Request) []sketched {
	s.best = s.best[:0]
	var wanted [][]uint64
	for _, code := range r.Needs {
		wanted = append(wanted, s.needs[string(code)])
	}
	at := geo.Point{Lat: p.Home.Point.Lat * metresPerDegree, Lon: p.Home.Point.Lon * metresPerDegree * math.Cos(54*math.Pi/180)}
	age, most := uint16(p.Age.Or(0)), uint16(p.Ceiling.Or(sp.Money{}).Minor())
	for w := range (len(s.from) + 63) / 64 {
		var rows uint64
		for _, set := range wanted {
			if set != nil {
				rows |= set[w]
			}
		}
		for ; rows != 0; rows &= rows - 1 {
			row := w<<6 + bits.TrailingZeros64(rows)
			if age < s.from[row] || s.price[row] > most {
				continue
			}
			dx, dy := s.east[row]-float32(at.Lon), s.north[row]-float32(at.Lat)
			x := sketched{float32(math.Sqrt(float64(dx*dx+dy*dy)))/200 + float32(s.price[row])/10 + float32(s.wait[row]), int32(row)}
			if len(s.best) < r.Limit {
				s.best = append(s.best, x)
			} else if worst := s.worst(); x.score < s.best[worst].score {
				s.best[worst] = x
			}
		}
	}
	slices.SortFunc(s.best, func(a, b sketched) int { return int(a.row - b.row) })
	return s.best
}

func (s *sketch) worst() (at int) {
	for i := range s.best {
		if s.best[i].score > s.best[at].score {
			at = i
		}
	}
	return at
}
