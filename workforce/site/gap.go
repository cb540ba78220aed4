package site

import (
	"cmp"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/workforce"
)

// A Gap is an item that a site does not have, or of which nobody knows.
type Gap struct {
	Site  string `json:"site"`
	Area  string `json:"area,omitempty"`
	Item  Item   `json:"item"`
	State State  `json:"state"`
}

// Gaps returns what sites lack of some items, in the order of the sites, and for each in that
// of the items. Without items it is asked of all that are named at any of the sites.
func Gaps(all []Readiness, of []Item) []Gap {
	if len(of) == 0 {
		named := map[Item]bool{}
		for _, r := range all {
			for item := range r.Items {
				named[item] = true
			}
		}
		of = slices.Sorted(maps.Keys(named))
	}
	var gaps []Gap
	for _, r := range sorted(all) {
		for _, item := range of {
			if s := r.Items.Of(item); s != Yes && s != NotNeeded {
				gaps = append(gaps, Gap{r.Site, r.Area, item, s})
			}
		}
	}
	return gaps
}

func sorted(all []Readiness) []Readiness {
	return slices.SortedFunc(slices.Values(all), func(a, b Readiness) int { return cmp.Compare(a.Site, b.Site) })
}

// An AreaGap counts the sites of an area by the state of one item.
type AreaGap struct {
	Area    string `json:"area"` // empty is of sites without an area
	Item    Item   `json:"item"`
	Sites   int    `json:"sites"`
	Lacking int    `json:"lacking"` // no, or partly
	Unknown int    `json:"unknown"`
}

// ByArea counts the gaps by area, those first in which most sites lack it. Items that no site
// of an area lacks, and that are known of all, have no line.
func ByArea(all []Readiness, of []Item) []AreaGap {
	sites := map[string]int{}
	for _, r := range all {
		sites[r.Area]++
	}
	type place struct {
		area string
		item Item
	}
	counts := map[place]*AreaGap{}
	for _, g := range Gaps(all, of) {
		k := place{g.Area, g.Item}
		if counts[k] == nil {
			counts[k] = &AreaGap{Area: g.Area, Item: g.Item, Sites: sites[g.Area]}
		}
		if g.State == Unknown {
			counts[k].Unknown++
		} else {
			counts[k].Lacking++
		}
	}
	var gaps []AreaGap
	for c := range maps.Values(counts) {
		gaps = append(gaps, *c)
	}
	slices.SortFunc(gaps, func(a, b AreaGap) int {
		return cmp.Or(cmp.Compare(b.Lacking, a.Lacking), cmp.Compare(b.Unknown, a.Unknown), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Item, b.Item))
	})
	return gaps
}

// Adequacy returns indicator 74: link workers employed on a day who have a private room and a
// computer at every site that they work from, of all. An item that is [NotNeeded] counts as
// there. Workers who lack one at any site do not count as having it; those of whom that is
// unknown, or whom no site names, are excluded.
func Adequacy(team []workforce.Worker, all []Readiness, on sp.Date) workforce.Figure {
	yes, of, excluded := 0, 0, 0
	for _, w := range workforce.LinkWorkers(team, on) {
		switch adequate(w.ID, all) {
		case sp.Yes:
			yes++
			of++
		case sp.No:
			of++
		default:
			excluded++
		}
	}
	return workforce.Share(74, "link workers with a private room and a computer", "link workers", yes, of, excluded)
}

// adequate is unknown for somebody whom no site names.
func adequate(worker workforce.WorkerID, all []Readiness) sp.Truth {
	answer, somewhere := sp.Yes, false
	for _, r := range all {
		if !slices.Contains(r.Workers, worker) {
			continue
		}
		somewhere = true
		for _, item := range []Item{PrivateRoom, Laptop} {
			switch r.Items.Of(item) {
			case Yes, NotNeeded:
			case Unknown:
				answer = answer.And(sp.Unknown)
			default:
				answer = sp.No
			}
		}
	}
	if !somewhere {
		return sp.Unknown
	}
	return answer
}
