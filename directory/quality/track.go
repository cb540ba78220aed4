package quality

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp/directory"
)

// Absences is how many imports in a row must lack a service before [Track] takes it for
// closed, unless the caller says otherwise: a choice of this library. Feeds lose pages,
// and a service that is missing once is back the next day.
const Absences = 3

// Track returns what is known of a feed after an import of it: the records of the import,
// with the day on which each was first seen, and those of before that the import lacks,
// which are missing since now or earlier. Nothing is ever dropped. A service that was
// missing in at least so many imports in a row (0 is [Absences]) counts as inactive, and
// is active again as soon as it is back and says so. Records of other feeds stay as they
// are. Both catalogues stay as they are, too.
//
//	known, err := repository.Load(ctx)
//	err = repository.Save(ctx, quality.Track(known, imported, "bay", now, 0), stamp)
func Track(known, imported directory.Catalogue, feed string, at time.Time, absences int) directory.Catalogue {
	if absences <= 0 {
		absences = Absences
	}
	missing := func(f *directory.Freshness) bool {
		if f.Missing.IsZero() {
			f.Missing = at
		}
		f.Absences++
		return f.Absences >= absences
	}
	var c directory.Catalogue
	c.Organisations = track(known.Organisations, imported.Organisations, feed, at, missing, func(o *directory.Organisation) subject {
		return subject{id: o.ID, origin: &o.Provenance, fresh: &o.Freshness}
	}, nil)
	c.Services = track(known.Services, imported.Services, feed, at, missing, func(s *directory.Service) subject {
		return subject{id: s.ID, origin: &s.Provenance, fresh: &s.Freshness}
	}, func(s *directory.Service) { s.Status = directory.Inactive })
	c.Places = track(known.Places, imported.Places, feed, at, missing, func(p *directory.Place) subject {
		return subject{id: p.ID, origin: &p.Provenance, fresh: &p.Freshness}
	}, nil)
	c.Venues = track(known.Venues, imported.Venues, feed, at, missing, func(v *directory.Venue) subject {
		return subject{id: v.ID, origin: &v.Provenance}
	}, nil)
	if c.Broader = imported.Broader; c.Broader == nil {
		c.Broader = known.Broader
	}
	return c
}

func track[T any](known, imported []T, feed string, at time.Time, missing func(*directory.Freshness) bool, of func(*T) subject, end func(*T)) []T {
	all := slices.Clone(imported)
	was := make(map[directory.ID]*T, len(known))
	for i := range known {
		was[of(&known[i]).id] = &known[i]
	}
	for i := range all {
		s := of(&all[i])
		if s.fresh != nil {
			s.fresh.Seen = later(s.fresh.Seen, at)
			if old := was[s.id]; old != nil {
				before := *of(old).fresh
				if before.First.IsZero() {
					before.First = before.Seen
				}
				*s.fresh = before.Merge(*s.fresh)
			}
			if s.fresh.First.IsZero() {
				s.fresh.First = s.fresh.Seen
			}
		}
		delete(was, s.id)
	}
	for i := range known {
		if was[of(&known[i]).id] == nil {
			continue
		}
		record := known[i]
		if s := of(&record); s.fresh != nil && s.origin.Feed == feed && missing(s.fresh) && end != nil {
			end(&record)
		}
		all = append(all, record)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
