package memstore

import "github.com/socialprescribing/sp/store"

// A claim is a value of a unique term.
type claim struct {
	kind
	name, value string
}

// claims returns the claims of a record.
func claims(k store.Key, t store.Terms) []claim {
	var all []claim
	for _, name := range t.Unique() {
		all = append(all, claim{kind{k.Tenant, k.Kind}, name, t[name]})
	}
	return all
}

// holder returns the key of the record that has a value, if one does.
func (s *Store) holder(c claim) (k store.Key, found bool) {
	in := s.kinds[c.kind]
	if in == nil || in.terms[c.name] == nil || in.terms[c.name].counts[c.value] == 0 {
		return k, false
	}
	in.terms[c.name].tree.Ascend(place{value: c.value}, func(p place) bool {
		k = store.Key{Tenant: c.tenant, Kind: c.kind.name, ID: p.id}
		return false
	})
	return k, true
}

// vacant returns a [*store.DuplicateError] if a record of puts wants a value that
// another one has, which is not written as well. Those of puts do not share one.
func (s *Store) vacant(puts []*store.Record, written func(store.Key) bool) error {
	for _, r := range puts {
		for _, c := range claims(r.Key, r.Terms) {
			if k, found := s.holder(c); found && k != r.Key && !written(k) {
				return &store.DuplicateError{Key: r.Key, Term: c.name}
			}
		}
	}
	return nil
}

// writes reports whether b writes the record under k.
func writes(b store.Batch, k store.Key) bool {
	for _, p := range b.Puts {
		if p.Key == k {
			return true
		}
	}
	for _, d := range b.Deletes {
		if d.Key == k {
			return true
		}
	}
	return false
}
