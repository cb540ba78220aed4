package subject_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// sees is everything, so that the case can be built; what is tried reads by the policy.
type sees struct{ referraltest.AllowAll }

func (sees) SeeSensitive(sp.Actor, consent.Audience, person.ID, string) error { return nil }

// troubled is a case in which each kind of information stands in a word of its own.
func troubled(t *testing.T, by sp.Actor) *referral.Case {
	t.Helper()
	may := sees{}
	r, err := referraltest.Receive(referral.Submission{
		ID: "R-1", Person: "P-1", Urgency: referral.Routine, Source: "school", From: "bay/school", Reasons: []needs.Code{needs.Debt, needs.DomesticAbuse},
	}, all, sp.By(by, referraltest.Day(0)))
	require.NoError(t, err)
	c := referral.NewCase(r)
	require.NoError(t, r.Accept("ann", worker(1)))
	require.NoError(t, r.Attempt(person.Phone, worker(1)))
	require.NoError(t, r.Contact(person.Phone, 20, worker(2)))
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-deep", Kind: concern.Crisis, To: "crisis-team"}, worker(2)))
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-home", Kind: concern.Safeguarding, To: "council"}, worker(2)))
	require.NoError(t, r.Assess("A-1", []needs.Code{needs.Debt, needs.DomesticAbuse}, nil, worker(3)))
	for id, p := range map[placement.ID]placement.Proposal{
		"PL-1": {ID: "PL-1", Service: "bay/orchard", Provider: "bay/green", Needs: []needs.Code{needs.Debt}},
		"PL-2": {ID: "PL-2", Service: "bay/lighthouse", Provider: "bay/green", Needs: []needs.Code{needs.DomesticAbuse}},
	} {
		pl, err := c.Propose(p, worker(3))
		require.NoError(t, err, id)
		require.NoError(t, pl.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}}}, may, worker(4)))
		require.NoError(t, pl.Decline(reason.Because(reason.TooFar), referraltest.By(sp.RoleProvider, 5)))
	}
	return c
}

var named = letter.Wording{Service: func(id directory.ID) string { return strings.TrimPrefix(string(id), "bay/") }}

// A marker is a word that stands for one thing that is known of the person.
type marker struct {
	word string
	kind consent.Kind
	code string
}

var markers = []marker{
	{"debt", consent.Needs, "debt"},
	{"abuse", consent.SensitiveNeeds, string(needs.DomesticAbuse)},
	{"F-deep", consent.Flags, string(concern.Crisis)},
	{"crisis", consent.Flags, string(concern.Crisis)},
	{"F-home", consent.Flags, string(concern.Safeguarding)},
	{"safeguarding", consent.Flags, string(concern.Safeguarding)},
	{"orchard", consent.Outcome, ""},
	{"lighthouse", consent.Outcome, ""},
	{"too far", consent.Outcome, ""},
	{"phone", consent.Attendance, ""},
	{"20 minutes", consent.Attendance, ""},
	{canary, consent.Notes, ""},
}

// situations are what may be on file, by what the reader is to the person.
func situations(to string) map[string]consent.File {
	adult := consent.File{Person: "P-1", Nation: consent.England, Born: sp.Hide(sp.NewDate(1950, 5, 1)), Holder: "ann"}
	with := func(change func(*consent.File)) consent.File { f := adult; change(&f); return f }
	everything := consent.Scope{Purposes: consent.Purposes(), To: []string{to}, Kinds: consent.Kinds()}
	child := func(f *consent.File) {
		f.Born = sp.Hide(sp.NewDate(2014, 5, 1))
		f.Deciders = []consent.Decider{{ID: "P-2", Authority: person.ParentalResponsibility}}
	}
	at := referraltest.Day(0)
	return map[string]consent.File{
		"nothing":      adult,
		"nobody holds": with(func(f *consent.File) { f.Holder = "" }),
		"agreed": with(func(f *consent.File) {
			f.Choices = []consent.Choice{{ID: "C-1", By: "P-1", As: consent.Themself, Scope: everything, At: at}}
		}),
		"agreed to some": with(func(f *consent.File) {
			some := everything
			some.Kinds = []consent.Kind{consent.Needs, consent.Outcome}
			f.Choices = []consent.Choice{{ID: "C-1", By: "P-1", As: consent.Themself, Scope: some, At: at}}
		}),
		"objected":        with(func(f *consent.File) { f.Objections = []consent.Objection{{ID: "J-1", By: "P-1", At: at}} }),
		"may have harmed": with(func(f *consent.File) { f.Harm = []string{to} }),
		"abuse":           with(func(f *consent.File) { f.Abuse = sp.Yes }),
		"died":            with(func(f *consent.File) { f.Died = at }),
		"erased":          with(func(f *consent.File) { f.Erased = true }),
		"unknown age":     with(func(f *consent.File) { f.Born = sp.Personal[sp.Date]{} }),
		"child":           with(child),
		"child who refused": with(func(f *consent.File) {
			child(f)
			f.Findings = []consent.Finding{{ID: "F-1", Scope: everything, Result: sp.Yes, Standard: consent.Gillick, At: at}}
			f.Choices = []consent.Choice{{ID: "C-1", By: "P-1", As: consent.Themself, Refused: true, At: at}}
		}),
		"override": with(func(f *consent.File) {
			f.Overrides = []consent.Override{{ID: "O-1", Ground: consent.AdultAtRisk, To: to, Kinds: []consent.Kind{consent.Flags, consent.Needs}, At: at, Review: referraltest.Day(99)}}
		}),
		"glass": with(func(f *consent.File) {
			f.Holder = "ben"
			f.Glass = []consent.Glass{{ID: "G-1", Reader: to, At: at, Review: referraltest.Day(99)}}
		}),
		"a relative": with(func(f *consent.File) { f.Conflict = []string{to} }),
	}
}

// readers are one for each recipient of the table, and some who are not whom they seem.
func readers() (all []sp.Actor) {
	for _, to := range consent.Recipients() {
		a := sp.Actor{ID: string(to) + "-1", Role: sp.Role(to)}
		switch to {
		case consent.ToLead:
			a.Role = sp.RoleTeamLead
		case consent.ToLinkWorker:
			a.ID = "ann"
		case consent.ToProvider:
			a.For = "bay/green"
		case consent.ToPerson:
			a.ID, a.For = "june", "P-1"
		case consent.ToGuardian:
			a.ID = "P-2"
		default:
		}
		all = append(all, a)
	}
	return append(all, sp.Actor{ID: "cat", Role: sp.RoleLinkWorker}, sp.Actor{ID: "omar", Role: sp.RolePerson, For: "P-9"}, sp.Actor{ID: "timer", Role: sp.RoleSystem}, sp.Actor{ID: "x", Role: "neighbour"}, sp.Actor{})
}

// everythingRead is everything that a reader gets to read, by every path that asks a permission, and
// the errors of what they do not.
func everythingRead(t *testing.T, c *referral.Case, notes []*note.Record, reader sp.Actor, may consent.Reading) (texts map[string]string, errs []error) {
	t.Helper()
	texts = map[string]string{}
	withheld := func(list []consent.Withheld) {
		for _, w := range list {
			errs = append(errs, w.Why)
		}
	}
	story := letter.Story(c, named, reader, may)
	lines, left := story.Lines, story.Withheld
	withheld(left)
	for _, line := range lines {
		texts["story"] += line.Text + " " + line.Next + "\n"
	}
	if c.Referral.Requester() == reader {
		m := letter.MessageBack(c, named, may, referraltest.Day(9))
		withheld(m.Withheld)
		texts["message"] = m.String()
	}
	for _, p := range c.Placements {
		for _, d := range []crosswalk.Dialect{crosswalk.FHIRTask(), crosswalk.Findhelp()} {
			v := letter.Look(p, d, reader, "", may)
			withheld(v.Withheld)
			v.Withheld = nil
			data, err := json.Marshal(v)
			require.NoError(t, err)
			texts["look"] += string(data)
		}
	}
	for _, n := range notes {
		versions, err := n.Read(reader, may)
		if err != nil {
			errs = append(errs, err)
		}
		for _, v := range versions {
			texts["note"] += v.Text.Reveal()
		}
	}
	return texts, errs
}

// Whoever reads, for whatever purpose and whatever is on file: no path of the library tells
// what the policy refuses, and no error tells why somebody in particular is refused.
func TestSubjectIsToldOfByNoPathThatThePolicyRefuses(t *testing.T) {
	policy := consent.StandardPolicy()
	var notes []*note.Record
	for i, class := range note.Classes() {
		n, err := note.Write(note.Note{ID: note.ID(fmt.Sprint("N-", i)), Person: "P-1", Class: class, Text: sp.Hide(canary)}, worker(4))
		require.NoError(t, err)
		notes = append(notes, n)
	}
	some := []consent.Purpose{consent.DirectCare, consent.Feedback, consent.ForSafeguarding}
	purposes := tier.Pick(some, consent.Purposes(), consent.Purposes())
	referrer := sp.Actor{ID: "referrer-1", Role: sp.RoleReferrer}
	seen := map[string]bool{}
	for _, reader := range readers() {
		c := troubled(t, referrer)
		to := reader.ID
		if reader.For != "" {
			to = reader.For
		}
		audiences := []consent.Audience{consent.Community}
		if reader.Role == sp.RoleReferrer { // the one row that an audience changes
			audiences = append(audiences, consent.Health)
		}
		for _, audience := range audiences {
			for name, f := range situations(to) {
				for _, purpose := range purposes {
					ask := consent.Ask{To: to, As: consent.RecipientOf(reader), Audience: audience}
					may := consent.Reading{
						Policy: policy, Purpose: purpose, At: referraltest.Day(9), Of: func(sp.Actor) consent.Ask { return ask },
						Files: func(person.ID) (*consent.File, error) { return &f, nil },
					}
					texts, errs := everythingRead(t, c, notes, reader, may)
					for _, m := range markers {
						q := ask
						q.Purpose, q.At, q.Kind, q.Code = purpose, may.At, m.kind, m.code
						allowed := policy.Decide(&f, q).Allow
						for path, text := range texts {
							if !strings.Contains(text, m.word) {
								continue
							}
							seen[m.word] = true
							require.True(t, allowed, "%s of %s, %s, %s, %s: %q by the %s", reader.Role, reader.ID, audience, name, purpose, m.word, path)
						}
					}
					for _, err := range errs {
						require.ErrorIs(t, err, sp.ErrDenied)
						for _, word := range []string{canary, "1950", "2014", string(consent.SourceOfHarm), string(consent.HasDied), string(consent.Objected), string(consent.Refused), string(consent.Disputed)} {
							require.NotContains(t, err.Error(), word, "%s of %s, %s", reader.Role, reader.ID, name)
						}
					}
				}
			}
		}
	}
	for _, m := range markers {
		require.True(t, seen[m.word], "%s is read by nobody: the test would not see it", m.word)
	}
}

// The same for what goes to a provider with an offer: each item, at each stage.
func TestSubjectIsToldOfByNoOfferThatThePolicyRefuses(t *testing.T) {
	policy := consent.StandardPolicy()
	items := []placement.Item{
		{Field: "name"},
		{Field: "telephone-number"},
		{Field: "need", Code: "debt"},
		{Field: "need", Code: string(needs.DomesticAbuse)},
		{Field: "flags", Code: string(concern.Safeguarding)},
		{Field: "note-team"},
		{Field: "ethnicity"},
		{Field: "measures"},
		{Field: "shoe-size"},
		{Field: "outcome"},
	}
	told := 0
	for name, f := range situations("bay/green") {
		for _, purpose := range consent.Purposes() {
			may := consent.Reading{Policy: policy, Purpose: purpose, At: referraltest.Day(9), Files: func(person.ID) (*consent.File, error) { return &f, nil }}
			question, onceYes, withheld := placement.Staged(may, "bay/garden", "bay/green", "", "P-1", items)
			require.Len(t, items, len(question)+len(onceYes)+len(withheld), "nothing is lost")
			for stage, list := range map[consent.Stage][]placement.Item{consent.WithQuestion: question, consent.OnceYes: onceYes} {
				for _, item := range list {
					told++
					q := consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: purpose, Field: item.Field, Code: item.Code, Service: "bay/garden", Stage: stage, At: may.At}
					require.True(t, policy.Decide(&f, q).Allow, "%s, %s, %s: %v", name, purpose, stage, item)
				}
			}
			p := referraltest.Placement("PL-1", placement.StateProposed)
			err := p.Offer(placement.Sending{Level: placement.FullReferral, Items: withheld}, may, worker(9))
			if len(withheld) > 0 {
				var denied *placement.DisclosureError
				require.ErrorAs(t, err, &denied)
				require.Len(t, denied.Fields, len(withheld), "%s, %s", name, purpose)
			}
		}
	}
	require.Positive(t, told)
}
