package sp

import (
	"database/sql/driver"
	"time"
)

// A Role is the capacity in which somebody acts. It decides which commands are
// theirs to give, so that a referrer cannot close what a link worker opened.
type Role string

// The roles of social prescribing.
const (
	RoleReferrer   Role = "referrer"    // sends people: GP, nurse, school, housing officer
	RoleLinkWorker Role = "link-worker" // listens, plans and connects; also the scheme's coordinator
	RoleProvider   Role = "provider"    // runs a service in the community
	RolePerson     Role = "person"      // the person served, or whoever speaks for them
	RoleSystem     Role = "system"      // a timer, an import or a consequence, with nobody at the keyboard; see [BySystem]

	RoleTeamLead         Role = "team-lead"         // leads link workers: supervision, caps, hand-overs
	RoleSafeguardingLead Role = "safeguarding-lead" // is asked about concerns, in the scheme itself
	RoleGuardian         Role = "guardian"          // decides for a child or somebody without capacity
	RoleResearcher       Role = "researcher"        // sees what is released, and never a person
	RoleAuditor          Role = "auditor"           // reads who did what, and changes nothing
)

// An Actor is who did something, in which role, and for whom. The part of a
// service that authenticates people fills in all of it. Never take any of it from
// a request, since authorisation rests on it.
type Actor struct {
	// ID is an opaque pseudonym that the embedding service understands, never a name.
	ID   string `json:"id"`
	Role Role   `json:"role"`

	// For is on whose behalf they act: the organisation of a provider or of a
	// referrer, the person that they are or speak for. Empty is on nobody's behalf:
	// then a rule that asks for the provider, the referrer or the person concerned
	// does not mean them.
	For string `json:"for,omitempty"`

	// Only is the one thing that a signed link is for, such as "placement/PL-1".
	// They may do nothing with anything else, and the link gives them no right that
	// their role does not have. Empty is no such limit.
	Only string `json:"only,omitempty"`
}

// String returns "role id", such as "link-worker ann".
func (a Actor) String() string { return string(a.Role) + " " + a.ID }

// Same reports whether a and b have the same ID and role. It ignores For and
// Only.
func (a Actor) Same(b Actor) bool { return a.ID == b.ID && a.Role == b.Role }

// A Stamp says who did something and when. Two times matter: At, when it
// happened, and Recorded, when it was written down. They differ when a phone
// call of Friday is entered on Monday. Both are UTC in whole microseconds, the
// precision that every store keeps.
type Stamp struct {
	By       Actor     `json:"by"`
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`

	// Key is chosen by the client for each request, and the same when it sends
	// the request again. A command that comes twice under one key happens once.
	// Empty means that repeats are not recognised.
	Key string `json:"key,omitempty"`

	system bool // made by BySystem or Consequence, so that no request can claim the role
}

// By returns the Stamp of something that by does, and records, at one moment.
func By(by Actor, at time.Time) Stamp {
	return Stamp{By: by, At: at, Recorded: at}.Precise()
}

// BySystem returns the Stamp of something that nobody at a keyboard does: what a
// timer finds due, or an import brings. The ID says which one. It and
// [Stamp.Consequence] are the only way to act in [RoleSystem]: an [Actor] that
// claims the role is refused.
func BySystem(id string, at time.Time) Stamp {
	s := By(Actor{ID: id, Role: RoleSystem}, at)
	s.system = true
	return s
}

// Consequence returns the Stamp of what follows from s without anybody's
// decision, such as the end of a placement whose referral ends: in [RoleSystem],
// with the ID of whoever caused it.
func (s Stamp) Consequence() Stamp {
	s.By = Actor{ID: s.By.ID, Role: RoleSystem}
	s.system = true
	return s
}

// System reports whether s was made by [BySystem] or [Stamp.Consequence].
func (s Stamp) System() bool { return s.system }

// Under returns s with the key of a request, its idempotency key; see Stamp.Key.
func (s Stamp) Under(key string) Stamp {
	s.Key = key
	return s
}

// Equal reports whether s and t say the same; times are compared as moments.
func (s Stamp) Equal(t Stamp) bool {
	return s.By == t.By && s.Key == t.Key && s.At.Equal(t.At) && s.Recorded.Equal(t.Recorded)
}

// Kept returns s as a history stores it: [Stamp.Precise], and no longer
// [Stamp.System]. The mark that [BySystem] or [Stamp.Consequence] made it counts
// only while a command is decided, and is not stored.
func (s Stamp) Kept() Stamp {
	s.system = false
	return s.Precise()
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

// Days returns the earliest and the latest date that the moment At can have had
// where the actor was: the date in the westernmost time zone, UTC-12, and in the
// easternmost, UTC+14. A Stamp is in UTC and does not know the actor's zone, so
// rules about days refuse only what is wrong on both dates.
func (s Stamp) Days() (first, last Date) {
	at := s.At.UTC()
	return DateOf(at.Add(-12 * time.Hour)), DateOf(at.Add(14 * time.Hour))
}

// Check adds to e what is wrong with s. It must say who acts, in which role; both
// times must lie in the years 1 to 9999, which JSON and stores can write; and
// something can take effect before it is recorded, but not after. A person, and
// whoever somebody acts for, is named by an ID that gives nobody away.
func (s Stamp) Check(e *InvalidError) {
	storable := func(t time.Time) bool { return !DateOf(t.UTC()).IsZero() }
	e.CheckID(s.By.ID, "stamp.by.id")
	e.Check(ValidID(s.By.Role), "stamp.by.role", Missing, "must say in which role somebody acts")
	e.Check(s.By.Role != RolePerson || !identifying(s.By.ID), "stamp.by.id", Identifying, PersonIDRule)
	if s.By.For != "" {
		e.CheckPersonID(s.By.For, "stamp.by.for")
	}
	e.CheckOptionalID(s.By.Only, "stamp.by.only")
	e.CheckOptionalID(s.Key, "stamp.key")
	e.Check(storable(s.At), "stamp.at", Missing, "must say when it happened, in the years 1 to 9999")
	e.Check(storable(s.Recorded), "stamp.recorded", Missing, "must say when it was recorded, in the years 1 to 9999")
	e.Check(!s.At.After(s.Recorded), "stamp.at", Untimely, "must not be later than when it is recorded")
}

// Value implements [driver.Valuer]: the JSON of a, since "role id" would lose for whom
// they act. The zero Actor is NULL.
func (a Actor) Value() (driver.Value, error) { return jsonValue(a, a == Actor{}) }

// Scan implements sql.Scanner and reads the JSON of an actor. NULL is nobody.
func (a *Actor) Scan(src any) error { return scanJSON("actor", src, a) }
