package breach_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

var (
	friday = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	noted  = breach.Noted{How: breach.WrongRecipient, Kinds: []consent.Kind{consent.Identity, consent.Needs}, People: sp.Know(1)}
)

func by(role sp.Role, hours int) sp.Stamp {
	return sp.By(sp.Actor{ID: string(role) + "-1", Role: role}, friday.Add(time.Duration(hours)*time.Hour))
}

func lee(hours int) sp.Stamp { return by(sp.RoleSafeguardingLead, hours) }

// letter is a letter that went to the wrong house, noted when it was known.
func letter(t *testing.T, id breach.ID) *breach.Incident {
	t.Helper()
	b := breach.New(id, transition.TableOnly{})
	require.NoError(t, b.Note(noted, by(sp.RoleLinkWorker, 0)))
	return b
}

// A letter about June went to the house next door. Her former partner lives there.
func Example() {
	b := breach.New("B-1", transition.TableOnly{})
	ann, lee := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, sp.Actor{ID: "lee", Role: sp.RoleSafeguardingLead}
	fmt.Println(b.Note(noted, sp.By(ann, friday)))
	fmt.Println(b.Assess(breach.Assessed{Risk: breach.High, Why: "former-partner-reads-it"}, sp.By(lee, friday.Add(time.Hour))))
	fmt.Println(b.ReportBy().Format("Monday 15:04"), b.ReportDue(), b.InformDue())
	fmt.Println(b.Close(breach.Closed{Done: []string{"addresses-checked"}}, sp.By(lee, friday.Add(2*time.Hour))))
	// Output:
	// <nil>
	// <nil>
	// Monday 12:00 true true
	// breach: close B-1: not before it is reported, unless a risk is unlikely
}

func TestAnIncidentIsOwedToTheAuthorityUntilARiskIsFoundUnlikely(t *testing.T) {
	b := letter(t, "B-1")
	require.True(t, b.ReportDue(), "nobody has looked yet")
	require.Equal(t, friday.Add(72*time.Hour), b.ReportBy())
	require.Equal(t, 2*time.Hour, b.Late(friday.Add(74*time.Hour)))
	require.ErrorIs(t, b.Assess(breach.Assessed{Risk: breach.Unlikely}, lee(1)), sp.ErrInvalid, "the reason for not reporting is kept")
	require.ErrorIs(t, b.Assess(breach.Assessed{Risk: breach.Unlikely, Why: "x"}, by(sp.RoleLinkWorker, 1)), sp.ErrDenied)
	require.NoError(t, b.Assess(breach.Assessed{Risk: breach.Unlikely, Why: "returned-unopened"}, lee(1)))
	require.False(t, b.ReportDue())
	require.Zero(t, b.Late(friday.Add(100*time.Hour)))
	require.NoError(t, b.Assess(breach.Assessed{Risk: breach.Likely, Why: "was-opened"}, lee(2)), "more is known")
	require.True(t, b.ReportDue())
	require.False(t, b.InformDue())
	require.ErrorIs(t, b.Report(breach.Reported{Reference: "ICO-1"}, lee(73)), sp.ErrInvalid, "why it is late")
	require.NoError(t, b.Report(breach.Reported{Reference: "ICO-1", WhyLate: "weekend"}, lee(73)))
	require.Equal(t, time.Hour, b.Late(friday.Add(1000*time.Hour)))
	require.NoError(t, b.Close(breach.Closed{Done: []string{"addresses-checked"}}, lee(80)))
	require.Equal(t, breach.StateClosed, b.State())
}

func TestAnIncidentThatIsKnownBeforeItIsNotedRunsFromThen(t *testing.T) {
	b, n := breach.New("B-1", transition.TableOnly{}), noted
	n.Aware = friday.Add(-48 * time.Hour)
	require.NoError(t, b.Note(n, by(sp.RoleLinkWorker, 0)))
	require.Equal(t, friday.Add(24*time.Hour), b.ReportBy())
	n.Aware = friday.Add(time.Hour)
	require.ErrorIs(t, breach.New("B-2", transition.TableOnly{}).Note(n, by(sp.RoleLinkWorker, 0)), sp.ErrInvalid, "not of the future")
}

func TestAnIncidentThatIsNotWholeIsRefused(t *testing.T) {
	change := func(f func(*breach.Noted)) error {
		n := noted
		f(&n)
		return breach.New("B-1", transition.TableOnly{}).Note(n, by(sp.RoleLinkWorker, 0))
	}
	b := letter(t, "B-1")
	for name, err := range map[string]error{
		"no way":               change(func(n *breach.Noted) { n.How = "oops" }),
		"about nothing":        change(func(n *breach.Noted) { n.Kinds = nil }),
		"about shoes":          change(func(n *breach.Noted) { n.Kinds = []consent.Kind{"shoe-size"} }),
		"fewer than nobody":    change(func(n *breach.Noted) { n.People = sp.Know(-1) }),
		"no ID":                breach.New("", transition.TableOnly{}).Note(noted, by(sp.RoleLinkWorker, 0)),
		"no reference":         b.Report(breach.Reported{}, lee(1)),
		"told and why not":     b.Inform(breach.Informed{People: 1, WhyNot: "encrypted"}, lee(1)),
		"nobody, and not why":  b.Inform(breach.Informed{}, lee(1)),
		"nothing done":         b.Close(breach.Closed{}, lee(1)),
		"a risk of its own":    b.Assess(breach.Assessed{Risk: "some", Why: "x"}, lee(1)),
		"words for a code":     b.Assess(breach.Assessed{Risk: breach.High, Why: "June said so"}, lee(1)),
		"done that is no code": b.Close(breach.Closed{Done: []string{"We talked."}}, lee(1)),
	} {
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
}

func TestIncidentsThatAreDueAreListedAndReadAsTheyWereSaved(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	repo := breach.NewRepository(db, transition.TableOnly{})
	high := letter(t, "B-1")
	require.NoError(t, high.Assess(breach.Assessed{Risk: breach.High, Why: "former-partner"}, lee(1)))
	low := letter(t, "B-2")
	require.NoError(t, low.Assess(breach.Assessed{Risk: breach.Unlikely, Why: "returned-unopened"}, lee(1)))
	require.NoError(t, store.Save(t.Context(), db, high, low))
	ids := func(all func(func(*breach.Incident, error) bool)) (ids []breach.ID) {
		for b, err := range all {
			require.NoError(t, err)
			ids = append(ids, b.ID())
		}
		return ids
	}
	require.Empty(t, ids(repo.ReportsDue(t.Context(), friday.Add(72*time.Hour))))
	require.Equal(t, []breach.ID{"B-1"}, ids(repo.ReportsDue(t.Context(), friday.Add(73*time.Hour))))
	require.Equal(t, []breach.ID{"B-1"}, ids(repo.InformDue(t.Context(), friday.Add(time.Hour))))
	require.Equal(t, []breach.ID{"B-1", "B-2"}, ids(repo.All(t.Context())))
	again, err := repo.Load(t.Context(), "B-1")
	require.NoError(t, err)
	require.Equal(t, high.Noted(), again.Noted())
	require.Equal(t, breach.High, again.Risk())
	require.NoError(t, again.Report(breach.Reported{Reference: "ICO-1"}, lee(2)))
	require.NoError(t, again.Inform(breach.Informed{People: 1}, lee(3)))
	require.NoError(t, store.Save(t.Context(), db, again))
	require.Empty(t, ids(repo.ReportsDue(t.Context(), friday.Add(999*time.Hour))))
	require.Empty(t, ids(repo.InformDue(t.Context(), friday.Add(999*time.Hour))))
	require.Equal(t, "incident B-1", fmt.Sprintf("%+v", again))
}

func give(b *breach.Incident, c breach.Command, s sp.Stamp) error {
	switch c {
	case breach.Note:
		return b.Note(noted, s)
	case breach.Assess:
		return b.Assess(breach.Assessed{Risk: breach.Likely, Why: "was-opened"}, s)
	case breach.Report:
		return b.Report(breach.Reported{Reference: "ICO-1"}, s)
	case breach.Inform:
		return b.Inform(breach.Informed{People: 1}, s)
	case breach.Close:
		return b.Close(breach.Closed{Done: []string{"addresses-checked"}}, s)
	}
	return errors.New("no such command")
}

func behaviour(t *testing.T) goldentest.Behaviour[*breach.Incident, breach.State, breach.Command] {
	t.Helper()
	assess := func(id breach.ID, risk breach.Risk) *breach.Incident {
		b := letter(t, id)
		require.NoError(t, b.Assess(breach.Assessed{Risk: risk, Why: "was-opened"}, lee(1)))
		return b
	}
	reported, closed := assess("B-1", breach.High), assess("B-1", breach.Unlikely)
	require.NoError(t, reported.Report(breach.Reported{Reference: "ICO-1"}, lee(2)))
	told := assess("B-1", breach.High)
	require.NoError(t, told.Inform(breach.Informed{People: 1}, lee(2)))
	require.NoError(t, closed.Close(breach.Closed{Done: []string{"addresses-checked"}}, lee(2)))
	var worlds []goldentest.World[*breach.Incident]
	for _, w := range []struct {
		name string
		is   *breach.Incident
	}{
		{"an incident that is not there", nil},
		{"noted", letter(t, "B-1")},
		{"unlikely to harm", assess("B-1", breach.Unlikely)},
		{"likely to harm", assess("B-1", breach.Likely)},
		{"a high risk that is reported", reported},
		{"a high risk of which the people know", told},
		{"closed", closed},
	} {
		db := store.Tenant(memstore.New(), "bay")
		if w.is != nil {
			require.NoError(t, store.Save(t.Context(), db, w.is))
		}
		worlds = append(worlds, goldentest.World[*breach.Incident]{Name: w.name, Make: func() *breach.Incident {
			b, err := breach.NewRepository(db, transition.TableOnly{}).Load(t.Context(), "B-1")
			if errors.Is(err, sp.ErrNotFound) {
				return breach.New("B-1", transition.TableOnly{})
			}
			require.NoError(t, err)
			return b
		}})
	}
	return goldentest.Behaviour[*breach.Incident, breach.State, breach.Command]{
		Table: breach.Table, Worlds: worlds, Give: give, Actors: people(),
		May: (*breach.Incident).May, Legal: (*breach.Incident).Legal,
		Events: func(b *breach.Incident) (names []store.EventType, to breach.State) {
			for e := range b.History() {
				names = append(names, e.Event.EventType())
			}
			return names, b.State()
		},
	}
}

// people are all who try; the last ones are strangers.
func people() (all []sp.Stamp) {
	for _, role := range []sp.Role{
		sp.RoleLinkWorker, sp.RoleTeamLead, sp.RoleSafeguardingLead, sp.RoleReferrer, sp.RoleProvider, sp.RolePerson, sp.RoleGuardian, sp.RoleResearcher, sp.RoleAuditor,
	} {
		all = append(all, by(role, 9))
	}
	return all
}

func TestEveryCommandOfAnIncidentByEverybody(t *testing.T) {
	b := behaviour(t)
	goldentest.Equal(t, "testdata/commands.txt", b.String(breach.Table().Commands(), t.Errorf))
	b.EveryCommandIsGiven(t)
	b.AStrangerLearnsNothing(t, people()[3:]...)
}

func TestEveryMistakeInTheTableOfIncidentsIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, breach.Machine, behaviour(t))
}

func TestEventsOfAnIncidentAreStoredUnderTheirNames(t *testing.T) {
	goldentest.Equal(t, "testdata/events.txt", goldentest.Events(t, breach.Table().Events(),
		func(name store.EventType, data []byte) (store.Event, error) { return breach.DecodeEvent(name, data) },
		func() breach.Noted { n := noted; n.Aware = friday; return n }(),
		breach.Assessed{Risk: breach.High, Why: "former-partner"},
		breach.Reported{Reference: "ICO-1", WhyLate: "weekend"},
		breach.Informed{WhyNot: "encrypted"},
		breach.Closed{Done: []string{"addresses-checked"}},
	))
}
