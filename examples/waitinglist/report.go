package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/matching/assign"
)

// A printer prints, and remembers the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) say(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// worker is who offers places.
var worker = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, today)

// decision prints how many are placed, and that it is proven.
func (p *printer) decision(w *world, d *decision) {
	places, placed := 0, map[int]int{}
	for _, n := range w.places {
		places += n
	}
	for _, pl := range d.result.Placements {
		placed[d.people[pl.Request].class]++
	}
	p.say("%d people wait for %d places at %d offers that meet %d needs", len(d.people), places, len(w.offers), len(w.topics))
	p.say("policy %s, lottery drawn from the seed with SHA-256 %s", d.result.Policy.Version, d.result.Policy.Commitment()[:16])
	p.say("placed %d, of the classes of urgency %d, %d, %d and %d; refused %d", len(d.result.Placements), placed[0], placed[1], placed[2], placed[3], len(d.result.Refused))
	couples, together := 0, 0
	for _, who := range d.people {
		if who.places > 1 {
			couples++
			if _, ok := d.result.Of(who.id); ok {
				together++
			}
		}
	}
	p.say("%d of them are couples who need two places together: %d placed; the proof tells %d arrangements of them apart", couples, together, cases(d.result.Proof))
	p.say("verified: %s: %d points away in all, %d as the policy weighs them", proven(d.result), d.result.Cost, d.result.Score)
	p.say("(points count how far an offer is from what was asked, a minute of travel or a day of waiting for one, so fewer are better)")
}

// proven says what the proof of a result proves.
func proven(r *assign.Result) string {
	but, far := "", int64(0)
	if u := r.Unproven; u != nil {
		but, far = fmt.Sprintf(", but for %d of whom that is not known", len(u.Refused)), r.Score-u.Least
	}
	if far > 0 {
		return fmt.Sprintf("nobody who is refused could be placed without somebody before them losing their place%s,\nand no other placement of the same people is nearer to what was asked for them by more than %d points as the policy weighs them", but, far)
	}
	return fmt.Sprintf("nobody who is refused could be placed without somebody before them losing their place%s,\nand no other placement of the same people is nearer to what was asked for them", but)
}

// cases returns how many cases a proof tells apart.
func cases(proof assign.Proof) int {
	n := proof.Arrangement.Ends()
	for _, h := range proof.Households {
		n += h.Why.Ends()
	}
	return n
}

// why prints who is where and why, for the first in line, and one refusal with its proof.
func (p *printer) why(w *world, d *decision) error {
	p.say("\nwho, where and why")
	for k, pl := range d.result.Placements {
		if k == 4 {
			break
		}
		x, err := d.reading.Explain(pl.Request)
		if err != nil {
			return err
		}
		who := d.people[pl.Request]
		p.say("%s, number %d in line, class %d after %d days, for %s: to %s", pl.Request, x.Rank, x.Class, who.waited, w.topics[who.need].name, pl.Provider)
		var reasons []string
		for _, t := range w.terms[pl.Request][pl.Provider] {
			reasons = append(reasons, t.String())
		}
		p.say("  %s: %d away from what was asked", strings.Join(reasons, ", "), pl.Cost)
		for _, c := range x.Choices {
			why, err := d.reading.WhyNot(pl.Request, c.Provider)
			if err != nil {
				return err
			}
			if why.Because != assign.IsThere && why.Because != assign.NoPlaces {
				p.say("  not there: %s", why)
				break
			}
		}
	}
	for _, id := range d.result.Refused {
		r, err := d.reading.Refusal(id)
		if err != nil {
			return err
		}
		if len(r.Providers) == 0 {
			continue
		}
		p.say("\none refusal, with its proof\n%s", r)
		if len(r.OneMore) > 0 {
			p.say("one more place at any of these would reach %s: %s", id, some(r.OneMore))
		} else if r.First > 0 {
			p.say("one more place at any of them would reach somebody before %s in line first", id)
		}
		break
	}
	return nil
}

// some lists the first few of many.
func some(ids []string) string {
	if len(ids) > 4 {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:4], ", "), len(ids)-4)
	}
	return strings.Join(ids, ", ")
}

// missing prints the map of missing capacity.
func (p *printer) missing(w *world, d *decision, regions []assign.Region, nowhere []string) error {
	p.say("\nwhere places are missing: providers that are full of people who can go nowhere else")
	for k, r := range regions {
		if k == 5 {
			p.say("and %d smaller regions", len(regions)-k)
			break
		}
		needs := map[string]bool{}
		list := []string{}
		for _, id := range r.LeftOut {
			if name := w.topics[d.people[id].need].name; !needs[name] {
				needs[name] = true
				list = append(list, name)
			}
		}
		p.say("%d left out at %d providers with %d places (%s); one more place there would bring people up to %d points nearer to what was asked: %s", len(r.LeftOut), len(r.Providers), r.Places, some(list), r.Price, some(r.Providers))
	}
	p.say("%d people have no option at all", len(nowhere))
	for k, g := range d.reading.OneMore() {
		if k == 3 {
			break
		}
		p.say("one more place at %s would reach %s", g.Provider, g.Request)
	}
	return p.more(d, regions)
}

// more prints what several places at once would change, where most are missing.
func (p *printer) more(d *decision, regions []assign.Region) error {
	if len(regions) == 0 {
		return nil
	}
	first := regions[0].Providers
	places := map[string]int{first[0]: 5, first[len(first)-1]: 3}
	reached, err := d.reading.More(places)
	if err != nil {
		return err
	}
	p.say("5 more places at %s and 3 at %s would together reach %d people, and nobody would lose a place: %s", first[0], first[len(first)-1], len(reached), some(reached))
	return nil
}

// hold holds the places, of which two have gone meanwhile, and writes down for whom there was none.
func (p *printer) hold(ctx context.Context, w *world, d *decision) (*scheme, error) {
	sc, err := w.received(ctx)
	if err != nil {
		return nil, err
	}
	if err := sc.state(ctx, w, d.result, worker); err != nil {
		return nil, err
	}
	held, gone, err := sc.apply(ctx, w, d, worker)
	if err != nil {
		return nil, err
	}
	p.say("\nplaces are held in the commit that sends the referral to the provider: %d", held)
	for _, g := range gone {
		p.say("the result is stale: the place of %s at %s has gone", g.Request, g.Provider)
	}
	return sc, sc.refuse(ctx, w, d)
}

// again runs again after new arrivals. Some have finished meanwhile, and their places are free.
func (p *printer) again(ctx context.Context, w *world, d *decision) error {
	people := make([]waiting, 0, len(w.people))
	finished := 0
	for k, who := range w.people {
		if pl, ok := d.result.Of(who.id); ok {
			if k%40 == 7 {
				finished++
				continue
			}
			who.held = pl.Provider
		}
		who.waited += 7
		people = append(people, who)
	}
	arrived := max(1, len(people)*3/100)
	for k := range arrived {
		next := w.people[k]
		next.id, next.held, next.class, next.waited = fmt.Sprintf("R-%05d", len(w.people)+k+1), "", 0, 0
		people = append(people, next)
	}
	after, err := w.decide(ctx, people, d.result)
	if err != nil {
		return err
	}
	moved, lost, fresh := 0, 0, 0
	for _, who := range people {
		switch now, ok := after.result.Of(who.id); {
		case who.held == "" && ok:
			fresh++
		case who.held != "" && !ok:
			lost++
		case who.held != "" && now.Provider != who.held:
			moved++
		}
	}
	p.say("\na week later %d have finished and %d with urgent needs are new: placed %d, %d of them for the first time;", finished, arrived, len(after.result.Placements), fresh)
	p.say("%d moved to make room, and %d lost the place they had", moved, lost)
	return nil
}
