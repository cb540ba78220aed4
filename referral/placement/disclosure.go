package placement

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// A Level is what a provider learns about a person. Source of the three: the
// information governance guidance of NHS Grampian for social prescribing.
type Level string

// The levels, from least to most.
const (
	Signpost     Level = "signpost"      // nothing; the person is told where to go
	SelfReferral Level = "self-referral" // nothing from us; the person tells what they like
	FullReferral Level = "referral"      // what is needed and permitted
)

// An Item is one thing that was disclosed: which field, such as "need", "adjustment" or "name",
// and its code where it has one, such as "loneliness". Names, numbers and addresses are
// disclosed by field alone, so that the log knows what was told without repeating it.
type Item = consent.Item

// ReplyDays is within how many days a provider must answer where a sending does
// not say. Source: the limit after which the Joy platform declines on the
// provider's behalf.
const ReplyDays = 14

// A Sending is how a placement goes to the provider.
type Sending struct {
	Level     Level
	Items     []Item            // what is disclosed with the question; only with [FullReferral]
	OnceYes   []Item            // what is disclosed only once the provider has said yes; only with [FullReferral]
	Authority consent.Authority // on which it is disclosed; empty is as the permission says ([consent.AnsweringPermission])
	Audience  consent.Audience  // what kind of recipient the provider is; empty is [consent.Community], to whom least is told
	ReplyBy   time.Time         // zero is [ReplyDays] after it was sent
}

// A Disclosure is what a provider is told after their yes.
type Disclosure struct {
	Items     []Item
	Authority consent.Authority // on which; empty is as the permission says
}

// A Ground is why a provider may be told something, as the permission answered.
type Ground struct {
	Authority consent.Authority `json:"authority"`
	Source    string            `json:"source,omitempty"` // ID of the choice, override or order that it rests on
	Policy    string            `json:"policy,omitempty"` // version under which it was decided
}

// FieldNeed is the field of an [Item] that discloses a need, by its code. One that is
// sensitive by the standard taxonomy, or that it lacks, is disclosed only where the
// permission names it for the provider and its audience: see [consent.SensitivePermission].
const FieldNeed = "need"

// A DisclosureError says which fields a provider may not see.
type DisclosureError struct {
	Placement ID
	Fields    []string
	Reasons   []error // one for each field
}

// Error names the fields.
func (e *DisclosureError) Error() string {
	return fmt.Sprintf("placement: offer %s: the provider may not see %s", e.Placement, strings.Join(e.Fields, ", "))
}

// ask notes which of some items the provider may not see, and returns on which grounds they
// may see the others: nothing where the permission names none.
func (e *DisclosureError) ask(permission consent.Permission, p *Placement, as consent.Audience, items []Item) (grounds []Ground) {
	for _, item := range items {
		g, err := see(permission, p.proposed.Provider, as, p.proposed.Person, item)
		if err != nil {
			e.Fields = append(e.Fields, item.Field)
			e.Reasons = append(e.Reasons, err)
		}
		if g != (Ground{}) {
			grounds = append(grounds, g)
		}
	}
	if len(grounds) < len(items) {
		return nil
	}
	return grounds
}

// shared returns the authority that all grounds have, if they have one.
func shared(grounds []Ground) consent.Authority {
	for _, g := range grounds {
		if g.Authority != grounds[0].Authority {
			return ""
		}
	}
	if len(grounds) == 0 {
		return ""
	}
	return grounds[0].Authority
}

// noted returns the authority to note: that of the grounds, or what the caller says where
// the permission names none. It notes a fault where the two differ.
func noted(e *sp.InvalidError, said consent.Authority, grounds []Ground) consent.Authority {
	if len(grounds) == 0 {
		return said
	}
	e.Check(said == "" || said == shared(grounds), "authority", sp.Inconsistent, "must be the one on which the permission allows all of it, or be left out")
	return shared(grounds)
}

// Unwrap returns [sp.ErrDenied] and the reasons.
func (e *DisclosureError) Unwrap() []error { return append([]error{sp.ErrDenied}, e.Reasons...) }

// Permitted splits what somebody would like to disclose to a provider into what
// the permission allows and what it does not. The audience is that of [Sending]. A nil
// permission allows nothing.
func Permitted(p consent.Permission, to directory.ID, as consent.Audience, of person.ID, items []Item) (may, withheld []Item) {
	for _, item := range items {
		if _, err := see(p, to, as, of, item); err == nil {
			may = append(may, item)
		} else {
			withheld = append(withheld, item)
		}
	}
	return may, withheld
}

// Staged splits what somebody would like to disclose to a provider into what may go with
// the question whether there is a place, what only once the answer is yes, and what not at
// all. A permission that knows no stages ([consent.StagedPermission]) lets everything that
// it allows go with the question; nil allows nothing.
//
//	withQuestion, onceYes, _ := placement.Staged(may, "bay/garden", "bay/green", consent.Community, "P-55", items)
//	err := p.Offer(placement.Sending{Level: placement.FullReferral, Items: withQuestion, OnceYes: onceYes}, may, s)
func Staged(p consent.Permission, service, to directory.ID, as consent.Audience, of person.ID, items []Item) (withQuestion, onceYes, withheld []Item) {
	withQuestion, rest := Permitted(consent.AtStage(p, consent.WithQuestion, string(service)), to, as, of, items)
	onceYes, withheld = Permitted(consent.AtStage(p, consent.OnceYes, string(service)), to, as, of, rest)
	return withQuestion, onceYes, withheld
}

// see asks about one item, and returns on which ground it may be seen, if the permission
// names one.
func see(p consent.Permission, to directory.ID, as consent.Audience, of person.ID, item Item) (Ground, error) {
	if p == nil {
		return Ground{}, fmt.Errorf("no permission was supplied to ask: %w", sp.ErrDenied)
	}
	reader, as := sp.Actor{ID: string(to), Role: sp.RoleProvider, For: string(to)}, cmp.Or(as, consent.Community)
	if err := p.See(reader, of, item.Field); err != nil {
		return Ground{}, err
	}
	asked := item
	if item.Field == FieldNeed && item.Code != "" && (needs.Standard().Sensitive(needs.Code(item.Code)) || consent.IsSensitive(p, item.Code)) {
		if err := consent.SeeSensitive(p, reader, as, of, item.Code); err != nil {
			return Ground{}, err
		}
		asked.Field = string(consent.SensitiveNeeds)
	}
	a, answers := consent.AnswerOf(p, reader, as, of, asked)
	if !answers {
		return Ground{}, nil
	}
	return Ground{a.Authority, a.Source, a.Policy}, a.Err()
}

// audiences are what a provider can be.
var audiences = map[consent.Audience]bool{consent.Health: true, consent.SocialCare: true, consent.Education: true, consent.Community: true}

// check notes what is wrong with the sending.
func (s Sending) check(e *sp.InvalidError, at time.Time) {
	switch s.Level {
	case Signpost, SelfReferral:
		e.Check(len(s.Items)+len(s.OnceYes) == 0, "items", sp.Inconsistent, "must be empty: nothing is disclosed by a signpost or a self-referral")
	case FullReferral:
		e.Check(len(s.Items)+len(s.OnceYes) > 0, "items", sp.Missing, "must say what is disclosed")
	default:
		e.Check(false, "level", sp.NotListed, "must be signpost, self-referral or referral")
	}
	e.Check(s.Authority == "" || s.Level == FullReferral && sp.ValidCode(s.Authority), "authority", sp.Inconsistent, "must be a code, and only where something is disclosed")
	e.Check(s.Audience == "" || s.Level == FullReferral && audiences[s.Audience], "audience", sp.NotListed, "must be health, social-care, education or community, and only where something is disclosed")
	checkItems(e, "items", s.Items)
	checkItems(e, "onceYes", s.OnceYes)
	e.Check(s.ReplyBy.After(at), "replyBy", sp.Untimely, "must be later than the sending")
	e.Check(!sp.DateOf(s.ReplyBy.UTC()).IsZero(), "replyBy", sp.OutOfRange, "must lie in the years 1 to 9999")
}

func checkItems(e *sp.InvalidError, path string, items []Item) {
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", path, i)
		e.Check(sp.ValidCode(item.Field), at+".field", sp.Malformed, sp.CodeRule)
		e.Check(item.Code == "" || sp.ValidCode(item.Code), at+".code", sp.Malformed, sp.CodeRule)
	}
}
