package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/matching/assign"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// today is the day of the story.
var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// A world is who waits, and what there is.
type world struct {
	offers []directory.Offer // with a point and one of the topics
	byID   map[directory.ID]int
	places map[directory.ID]int
	topics []topic // the needs, the commonest first
	people []waiting
	terms  map[string]map[string][]matching.Term // of requests and offers: what the cost is made of
}

// A topic is a term of the directory that people need, and who offers it.
type topic struct {
	need   needs.Code
	name   string
	offers []int
}

// A waiting is somebody who waits for help with one need.
type waiting struct {
	id      string
	profile person.Profile
	need    int
	class   int
	waited  int
	bonus   int
	area    string
	free    []string
	likes   person.Activity
	may     sp.Truth
	held    string
	places  int // that they need together: a couple two
}

// newWorld reads or invents a directory, and invents who waits.
func newWorld(ctx context.Context, people int, path string, seed uint64) (*world, error) {
	w := &world{places: map[directory.ID]int{}, terms: map[string]map[string][]matching.Term{}}
	r := rand.New(rand.NewPCG(seed, 24))
	offers := invented(r)
	if path != "" {
		path, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		c, _, err := detect.Read(ctx, os.DirFS(filepath.Dir(path)), filepath.Base(path), feed.Options{Feed: "list", Fetched: today})
		if err != nil {
			return nil, err
		}
		offers = c.Offers()
	}
	w.choose(offers)
	w.byID = map[directory.ID]int{}
	for k, o := range w.offers {
		w.byID[o.ID] = k
	}
	if len(w.topics) == 0 {
		return nil, fmt.Errorf("the directory has no offers with both a topic and a place")
	}
	total := people * 82 / 100
	for range total { // directories hardly ever state their places
		t := w.topics[w.need(r)]
		w.places[w.offers[t.offers[min(int(r.ExpFloat64()*float64(len(t.offers))/3), len(t.offers)-1)]].ID]++
	}
	for i := range people {
		w.people = append(w.people, w.somebody(r, i))
	}
	return w, nil
}

// choose keeps the offers of the eight commonest topics.
func (w *world) choose(offers []directory.Offer) {
	by := map[sp.Code][]int{}
	for i, o := range offers {
		if o.Point.IsZero() {
			continue
		}
		for _, t := range topicsOf(o) {
			if list := by[t]; len(list) == 0 || list[len(list)-1] != i {
				by[t] = append(list, i)
			}
		}
	}
	var codes []sp.Code
	for code := range by {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(x, y sp.Code) int {
		return cmp.Or(cmp.Compare(len(by[y]), len(by[x])), cmp.Compare(x.Code, y.Code), cmp.Compare(x.System, y.System))
	})
	kept := map[int]int{}
	for _, code := range codes[:min(8, len(codes))] {
		t := topic{name: cmp.Or(code.Display, code.Code)}
		t.need = needs.Code(slug(t.name))
		for _, i := range by[code] {
			k, ok := kept[i]
			if !ok {
				k = len(w.offers)
				kept[i] = k
				w.offers = append(w.offers, offers[i])
			}
			t.offers = append(t.offers, k)
		}
		w.topics = append(w.topics, t)
	}
}

// words stand in for topics in directories that state none.
var words = []string{"housing", "food", "counseling", "employment", "legal", "support group", "health", "youth", "senior", "education"}

// topicsOf returns what an offer is about, or which of the words it speaks of.
func topicsOf(o directory.Offer) []sp.Code {
	if len(o.Topics) > 0 {
		return o.Topics
	}
	var found []sp.Code
	text := strings.ToLower(o.Name + " " + o.Description)
	for _, word := range words {
		if strings.Contains(text, word) {
			found = append(found, sp.Code{System: "words", Code: slug(word), Display: word})
		}
	}
	return found
}

// slug makes a code of a name.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	s := strings.Join(words, "-")
	return s[:min(len(s), 50)]
}

// need draws a need, the commonest topic most often.
func (w *world) need(r *rand.Rand) int { return min(int(r.ExpFloat64()*2), len(w.topics)-1) }

// somebody invents a person.
func (w *world) somebody(r *rand.Rand, i int) waiting {
	need := w.need(r)
	near := w.offers[w.topics[need].offers[r.IntN(len(w.topics[need].offers))]].Point
	id := fmt.Sprintf("R-%05d", i+1)
	home := geo.Point{Lat: near.Lat + r.NormFloat64()*.02, Lon: near.Lon + r.NormFloat64()*.03}
	p := waiting{
		id: id, need: need, class: []int{0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3}[r.IntN(16)], waited: int(r.ExpFloat64() * 60), bonus: r.IntN(3) * 7,
		area: quarter(home, near), likes: []person.Activity{"walking", "gardening", "singing"}[r.IntN(3)],
		free: [][]string{{"weekday mornings"}, {"weekday mornings", "evenings"}, {"evenings"}}[r.IntN(3)], may: sp.TruthOf(r.IntN(3) > 0),
	}
	if p.places = 1; i%25 == 24 {
		p.places = 2
	}
	p.profile = person.Profile{ID: person.ID("P-" + id[2:]), On: sp.DateOf(today), Age: sp.Know(directory.Months(12 * (18 + r.IntN(70))))}
	p.profile.Home = directory.Home{Point: home}
	p.profile.Transport.Minutes = sp.Know(90)
	return p
}

// quarter is the code of where about a place somebody lives, in place of a ward.
func quarter(home, place geo.Point) string {
	if home.Lat < place.Lat {
		return "SOUTH"
	}
	return "NORTH"
}

// journey is a guess: four minutes a kilometre, in a straight line.
func journey(home directory.Home, to geo.Point) (matching.Journey, bool) {
	d, known := home.Point.DistanceTo(to)
	return matching.Journey{Minutes: int(float64(d) / 250), How: "by bus"}, known
}

// options are where somebody could go: the best of what fits, as package matching ranks it.
func (w *world) options(p waiting) []assign.Option {
	offers := make([]directory.Offer, 0, len(w.topics[p.need].offers))
	for _, k := range w.topics[p.need].offers {
		offers = append(offers, w.offers[k])
	}
	var options []assign.Option
	terms := map[string][]matching.Term{}
	for _, o := range matching.Rank(p.profile, offers, matching.Options{At: today, Travel: journey, Limit: 12, Weights: matching.DefaultWeights()}) {
		options = append(options, assign.Option{Provider: string(o.Offer.ID), Cost: int(min(max(o.Score, 0), assign.MaxCost))})
		terms[string(o.Offer.ID)] = o.Terms
	}
	w.terms[p.id] = terms
	return options
}

// invented is a directory of a small bay: forty groups of five kinds in four places.
func invented(r *rand.Rand) []directory.Offer {
	kinds := []string{"walking groups", "gardening", "debt advice", "singing", "carers"}
	var offers []directory.Offer
	for k := range 40 {
		kind, town := kinds[k%len(kinds)], k/len(kinds)%4
		o := directory.Offer{
			ID: directory.ID(fmt.Sprintf("bay/%s-%02d", slug(kind), k)), Name: fmt.Sprintf("%s %d", kind, k+1),
			Point: geo.Point{Lat: 54.05 + float64(town)*.03 + r.NormFloat64()*.005, Lon: -2.85 + r.NormFloat64()*.01},
		}
		o.Service = o.ID
		o.Topics = []sp.Code{{System: "bay", Code: slug(kind), Display: kind}}
		offers = append(offers, o)
	}
	return offers
}
