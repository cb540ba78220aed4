package letter

import (
	"errors"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// FieldSensitive stands in what was withheld where a need that is sensitive would not be
// told, whether or not there is one.
const FieldSensitive = "sensitive-needs"

// A discretion knows which needs of a person may be told to a reader.
type discretion struct {
	permission consent.Permission
	reader     sp.Actor
	as         consent.Audience
	of         person.ID
	sensitive  func(needs.Code) bool
	reveals    func(directory.ID) []needs.Code
}

func (w Wording) discretion(permission consent.Permission, reader sp.Actor, as consent.Audience, of person.ID) discretion {
	d := discretion{permission, reader, as, of, w.Sensitive, w.Reveals}
	if d.sensitive == nil {
		d.sensitive = needs.Standard().Sensitive
	}
	listed := d.sensitive
	d.sensitive = func(c needs.Code) bool { return listed(c) || consent.IsSensitive(permission, string(c)) }
	return d
}

// withheld asks about every sensitive need of the standard taxonomy, whether or not the
// person has it, so that what is withheld does not tell what there is.
func (d discretion) withheld() []consent.Withheld {
	if d.foundOut() {
		return nil
	}
	var why []error
	for term := range needs.Standard().All() {
		if d.sensitive(term.Code) {
			why = append(why, consent.SeeSensitive(d.permission, d.reader, d.as, d.of, string(term.Code)))
		}
	}
	if err := errors.Join(why...); err != nil {
		first := slices.IndexFunc(why, func(err error) bool { return err != nil })
		return []consent.Withheld{{Field: FieldSensitive, Why: why[first]}}
	}
	return nil
}

// foundOut reports whether the reader found the needs out together with the person: a link
// worker, where the permission does not say otherwise for sensitive needs.
func (d discretion) foundOut() bool {
	_, names := d.permission.(consent.SensitivePermission)
	return d.reader.Role == sp.RoleLinkWorker && !names
}

// tells reports whether a need may be told. Who found it out reads it where they see needs
// at all.
func (d discretion) tells(c needs.Code) bool {
	return d.foundOut() || !d.sensitive(c) || consent.SeeSensitive(d.permission, d.reader, d.as, d.of, string(c)) == nil
}

// tellsFlag reports whether a concern may be told by its kind. It is never told to the
// role of the person: whoever reads along may be the one whom it is about.
func (d discretion) tellsFlag(kind concern.Kind) bool {
	return kind != "" && d.reader.Role != sp.RolePerson && consent.SeeFlag(d.permission, d.reader, d.as, d.of, string(kind)) == nil
}

// told returns the needs that may be told.
func (d discretion) told(list []needs.Code) []needs.Code {
	return slices.DeleteFunc(slices.Clone(list), func(c needs.Code) bool { return !d.tells(c) })
}

// gives reports whether the name of a service would tell a need that may not be told.
func (d discretion) gives(service directory.ID) bool {
	return d.reveals != nil && slices.ContainsFunc(d.reveals(service), func(c needs.Code) bool { return !d.tells(c) })
}

// names withholds all services from a reader who sees no needs, where nobody knows what the
// name of a service tells. That it does so tells nothing: it depends on no placement.
func (d discretion) names(may sight) []consent.Withheld {
	if !may[FieldService] || may[FieldNeeds] || d.reveals != nil || d.foundOut() {
		return nil
	}
	may[FieldService] = false
	return []consent.Withheld{{Field: FieldService, Why: fmt.Errorf("the name of a service may tell a need: %w", sp.ErrDenied)}}
}

// without returns the case without the placements that would tell a need by the name of
// their service, and without their sessions. Of a reader who sees no needs it depends on
// the service alone, or its absence would tell them a need.
func (d discretion) without(c *referral.Case, may sight) *referral.Case {
	hidden := make(map[placement.ID]bool)
	rest := *c
	rest.Placements = slices.DeleteFunc(slices.Clone(c.Placements), func(p *placement.Placement) bool {
		if p != nil && (d.gives(p.Service()) || may[FieldNeeds] && len(d.told(p.Needs())) < len(p.Needs())) {
			hidden[p.ID()] = true
			return true
		}
		return false
	})
	rest.Sessions = slices.DeleteFunc(slices.Clone(c.Sessions), func(x *session.Session) bool { return x != nil && hidden[x.Plan().Placement] })
	return &rest
}

// audience tells from the kind of referrer what kind of recipient they are. Whoever is of
// no kind that is known is of the community, to whom least is told.
func audience(source string, by sp.Actor) consent.Audience {
	switch source {
	case "gp", "nurse", "practice", "pharmacy", "hospital", "mental-health", "health":
		return consent.Health
	case "social-care", "social-worker", "council":
		return consent.SocialCare
	case "school", "college", "education":
		return consent.Education
	}
	if by.Role == sp.RolePerson {
		return consent.ThePerson
	}
	return consent.Community
}
