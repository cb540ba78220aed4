package sp

import "time"

// A Role is the capacity in which somebody acts. It decides which commands are
// theirs to give, so that a referrer cannot close what a link worker opened.
type Role string

// The roles of social prescribing.
const (
	RoleReferrer   Role = "referrer"    // sends people: GP, nurse, school, housing officer
	RoleLinkWorker Role = "link-worker" // listens, plans and connects; also the scheme's coordinator
	RoleProvider   Role = "provider"    // runs a service in the community
	RolePerson     Role = "person"      // the person served, or whoever speaks for them
	RoleSystem     Role = "system"      // a timer or an import, with nobody at the keyboard
)

// An Actor is who did something, and in which role. The ID is an opaque
// pseudonym that the embedding service understands, never a name.
type Actor struct {
	ID   string `json:"id"`
	Role Role   `json:"role"`
}

// String returns "role id", such as "link-worker ann".
func (a Actor) String() string { return string(a.Role) + " " + a.ID }

// A Stamp says who did something and when. Two times matter: At, when it
// happened, and Recorded, when it was written down. They differ when a phone
// call of Friday is entered on Monday. Both are UTC in whole microseconds, the
// precision that every store keeps.
type Stamp struct {
	By       Actor     `json:"by"`
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
}

// By returns the Stamp of something that by does, and records, at one moment.
func By(by Actor, at time.Time) Stamp {
	return Stamp{By: by, At: at, Recorded: at}.Precise()
}

// Happened returns the Stamp of something recorded now that took effect at.
//
//	err := r.Contact("phone", 30, sp.By(ann, monday).Happened(friday))
func (s Stamp) Happened(at time.Time) Stamp {
	s.At = at
	return s.Precise()
}

// Precise returns s in UTC and whole microseconds, as stores keep it.
func (s Stamp) Precise() Stamp {
	s.At = s.At.UTC().Truncate(time.Microsecond)
	s.Recorded = s.Recorded.UTC().Truncate(time.Microsecond)
	return s
}

// Days returns the days that it can have been where the actor was, since a Stamp is
// in UTC and does not say: the one in the westernmost zone of the Earth, UTC-12,
// and the one in the easternmost, UTC+14. Rules about days refuse what is wrong on
// both.
func (s Stamp) Days() (first, last Date) {
	at := s.At.UTC()
	return DateOf(at.Add(-12 * time.Hour)), DateOf(at.Add(14 * time.Hour))
}

// Check notes in e what is wrong with s: it must say who acts in which role, and
// both times within the years that JSON and stores can write. Something can take
// effect before it is recorded, but not after.
func (s Stamp) Check(e *InvalidError) {
	storable := func(t time.Time) bool { return !DateOf(t.UTC()).IsZero() }
	e.Check(ValidID(s.By.ID), "stamp.by.id", IDRule)
	e.Check(ValidID(s.By.Role), "stamp.by.role", "must say in which role somebody acts")
	e.Check(storable(s.At), "stamp.at", "must say when it happened, in the years 1 to 9999")
	e.Check(storable(s.Recorded), "stamp.recorded", "must say when it was recorded, in the years 1 to 9999")
	e.Check(!s.At.After(s.Recorded), "stamp.at", "must not be later than when it is recorded")
}

// A Progress is told how far long work has come: done of total units. Total is
// 0 while it is not known. It is called from the goroutine that does the work.
type Progress func(done, total int)
