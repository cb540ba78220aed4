package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/referral/needs"
)

// report prints what the directory holds, one person's options, the indicators,
// and the needs that nothing was found for.
func report(ctx context.Context, w io.Writer, s *scheme, clients []client, whom int) error {
	printDirectory(w, s.library)
	fmt.Fprintf(w, "\nSCHEME\n%d people referred from %s on, %d link workers, followed until %s\n",
		len(clients), sp.DateOf(clients[0].referred), len(workers), sp.DateOf(s.until))
	printPerson(w, s, choose(s, clients, whom))
	return printIndicators(ctx, w, s)
}

func printDirectory(w io.Writer, l *library) {
	fmt.Fprintf(w, "DIRECTORY  %s\n", l.name)
	fmt.Fprintf(w, "%d services, %d offers (a service at one place)\n", l.services, len(l.offers))
	if l.guessed > 0 {
		fmt.Fprintf(w, "no topics are stated: for %d offers they are guessed from words, the other %d stay unknown\n", l.guessed, len(l.offers)-l.guessed)
	}
	count := make(map[string]int)
	for _, i := range l.issues {
		count[i.Code+" ("+i.Severity.String()+")"]++
	}
	for _, code := range slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	}) {
		fmt.Fprintf(w, "%6d  %s\n", count[code], code)
	}
}

// choose returns the client with that number. Without one it is the first who
// shows most: options to choose from, the best of them at a known distance, and
// a near miss.
func choose(s *scheme, clients []client, whom int) client {
	if whom > 0 {
		return clients[whom-1]
	}
	best, most := clients[0], 0
	for _, c := range clients {
		shown := 0
		profile := c.person.Profile(sp.DateOf(c.referred))
		for _, need := range c.needs {
			options := s.options(profile, need, c.referred)
			proposals := matching.Rank(profile, s.offers(need), options)
			if len(proposals) > 1 && proposals[0].Mode == directory.InPerson {
				shown |= 1
			}
			if len(matching.NearMisses(profile, s.offers(need), options)) > 0 {
				shown |= 2
			}
		}
		if shown > most {
			best, most = c, shown
		}
	}
	return best
}

func printPerson(w io.Writer, s *scheme, c client) {
	profile := c.person.Profile(sp.DateOf(c.referred))
	fmt.Fprintf(w, "\nONE PERSON  %s, %d, lives about %s\n", profile.ID, profile.Age.Value.Years(), profile.Home.Point)
	for _, need := range c.needs {
		term, _ := needs.Standard().Term(need)
		fmt.Fprintf(w, "\nneed: %s\n", term.Display)
		options := s.options(profile, need, c.referred)
		for i, p := range matching.Rank(profile, s.offers(need), options) {
			where := ", " + p.Offer.Where
			if p.Offer.Where == "" || p.Offer.Where == p.Offer.Name {
				where = ""
			}
			fmt.Fprintf(w, "  %d. %s%s: %d points\n", i+1, p.Offer.Name, where, p.Score)
			for _, term := range p.Terms {
				fmt.Fprintf(w, "     %+5d  %s\n", term.Points, term.Text)
			}
			for _, q := range p.Questions() {
				fmt.Fprintf(w, "            ask: %s\n", q.Change)
			}
		}
		options.Limit = 2
		for _, m := range matching.NearMisses(profile, s.offers(need), options) {
			fmt.Fprintf(w, "  near miss: %s would fit if %s\n", m.Offer.Name, m.Change)
		}
	}
}

func printIndicators(ctx context.Context, w io.Writer, s *scheme) error { return nil }
