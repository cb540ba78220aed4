package transition_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/transition/transitiontest"
)

// A wheelchair is lent by link workers and taken back by whoever runs the store.
type (
	state   string
	command string
	chair   struct {
		store   string // whose it is
		checked bool   // its brakes
		wanted  bool   // by the police
	}
	party = transition.Party[chair]
	guard = transition.Guard[chair]
	rule  = transition.Rule[state, command, chair]
)

const (
	home state = "home"
	lent state = "lent"

	lend     command = "lend"
	takeBack command = "take back"
	scrap    command = "scrap"
)

var (
	worker  = party{Words: "a link worker", Role: sp.RoleLinkWorker}
	keeper  = party{Words: "the provider of this wheelchair", Role: sp.RoleProvider, Is: func(c chair, by sp.Actor) bool { return by.For != "" && by.For == c.store }}
	timer   = party{Words: "the system", Role: sp.RoleSystem}
	checked = guard{
		Code: "brakes", Words: "the brakes are checked", Audience: transition.Everyone, Holds: func(c chair, _ sp.Stamp) bool { return c.checked },
		Detail: func(chair, sp.Stamp) string { return "both" },
	}
	unwanted = guard{Code: "wanted", Words: "nobody looks for it", Audience: transition.Scheme, Holds: func(c chair, _ sp.Stamp) bool { return !c.wanted }}

	machine = &transition.Machine[state, command, chair]{Name: "wheelchair", Rules: []rule{
		{Command: lend, Event: "wheelchair.lent", From: []state{home}, To: lent, By: []party{worker}, Guards: []guard{checked, unwanted}},
		{Command: takeBack, Event: "wheelchair.came-back", From: []state{lent}, To: home, By: []party{worker, keeper}, Guards: []guard{checked}},
		{Command: scrap, Event: "wheelchair.scrapped", From: []state{home}, To: "scrapped", By: []party{keeper, timer}},
		{Command: scrap, Event: "wheelchair.scrapping-asked", From: []state{home, lent}, By: []party{worker}},
		{Command: lend, Event: "wheelchair.lent", From: []state{""}, To: lent, By: []party{worker}, Guards: []guard{checked, unwanted}},
	}}

	monday = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	ann    = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday)
	sam    = sp.By(sp.Actor{ID: "sam", Role: sp.RoleProvider, For: "bay/chairs"}, monday)
	eve    = sp.By(sp.Actor{ID: "eve", Role: sp.RoleProvider, For: "bay/other"}, monday)
	guest  = sp.By(sp.Actor{ID: "g-1", Role: sp.RolePerson, For: "bay/chairs"}, monday) // in the place of a provider
	clock  = sp.BySystem("nightly", monday)
	good   = chair{store: "bay/chairs", checked: true}
)

// ask asks about W-3.
func ask(c command, s state, facts chair, by sp.Stamp) transition.Ask[state, command, chair] {
	return transition.Ask[state, command, chair]{
		Command: c, State: s, Subject: facts, Stamp: by, Authorizer: transition.TableOnly{},
		Act: transition.Act{Machine: "wheelchair", Command: string(c), ID: "W-3"},
	}
}

func decide(c command, s state, facts chair, by sp.Stamp) error {
	a := ask(c, s, facts, by)
	return machine.Refusal(&a, machine.Decide(&a))
}

// A scheme that lends wheelchairs writes down who may do what.
func Example() {
	fmt.Println(decide(lend, home, good, ann))
	fmt.Println(decide(lend, lent, good, ann))
	fmt.Println(decide(lend, home, good, sam))
	fmt.Println(decide(takeBack, lent, chair{store: "bay/chairs"}, sam))
	fmt.Print(machine.Table().Diagram())
	// Output:
	// <nil>
	// wheelchair: lend W-3: cannot be done now, only while home or new; you may take back, scrap
	// wheelchair: lend W-3: is not yours to do; a link worker may; you may scrap
	// wheelchair: take back W-3: not before the brakes are checked (both)
	// stateDiagram-v2
	//     home --> lent: lend
	//     lent --> home: take back
	//     home --> scrapped: scrap
	//     [*] --> lent: lend
	//     scrapped --> [*]
}

func TestDecideAsksInOneOrder(t *testing.T) {
	bad := chair{store: "bay/chairs", wanted: true}
	deny := transition.Only(machine.Table(), map[command]func(sp.Actor, transition.Act) error{
		takeBack: func(sp.Actor, transition.Act) error { return fmt.Errorf("the store is closed: %w", sp.ErrDenied) },
	})
	for _, tt := range []struct {
		name  string
		c     command
		s     state
		facts chair
		by    sp.Stamp
		a     transition.Authorizer
		code  string
		is    error
		says  string
	}{
		{"a command that there is not", "juggle", home, good, ann, deny, transition.NoSuch, sp.ErrInvalid, "there is no such command"},
		{"first, whom it concerns", takeBack, home, bad, eve, deny, transition.NotYours, sp.ErrDenied, "is not yours to do; a link worker or the provider of this wheelchair may"},
		{"then the state", takeBack, home, bad, sam, deny, transition.NotNow, sp.ErrInvalid, "cannot be done now, only while lent"},
		{"then the authorizer", takeBack, lent, bad, sam, deny, transition.Denied, sp.ErrDenied, "is not open to you: the store is closed: denied"},
		{"without one, nothing", takeBack, lent, good, sam, nil, transition.Denied, sp.ErrDenied, "is not open to you"},
		{"then the guards", takeBack, lent, bad, sam, transition.TableOnly{}, "brakes", sp.ErrInvalid, "not before the brakes are checked (both)"},
		{"in their order", lend, home, bad, ann, transition.TableOnly{}, "brakes", sp.ErrInvalid, "not before the brakes are checked (both)"},
		{"to the last", lend, home, chair{checked: true, wanted: true}, ann, transition.TableOnly{}, "wanted", sp.ErrInvalid, "not before nobody looks for it"},
		{"and then it may be", lend, home, good, ann, transition.TableOnly{}, transition.Allowed, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(tt.c, tt.s, tt.facts, tt.by)
			a.Authorizer = tt.a
			d := machine.Decide(&a)
			require.Equal(t, tt.code, d.Code)
			err := machine.Refusal(&a, d)
			if tt.is == nil {
				require.NoError(t, err)
				require.Equal(t, tt.c, d.Rule.Command)
				return
			}
			require.Nil(t, d.Rule)
			require.ErrorIs(t, err, tt.is)
			require.True(t, strings.HasPrefix(err.Error(), "wheelchair: "+string(tt.c)+" W-3: "+tt.says), err)
			for _, other := range []error{sp.ErrInvalid, sp.ErrDenied, sp.ErrConflict} {
				require.Equal(t, other == tt.is, errors.Is(err, other), "%v", other) //nolint:errorlint // it is one of the three
			}
		})
	}
}

func TestATableLetsTheEventDependOnWhoGivesTheCommand(t *testing.T) {
	for by, event := range map[*sp.Stamp]store.EventType{&sam: "wheelchair.scrapped", &clock: "wheelchair.scrapped", &ann: "wheelchair.scrapping-asked"} {
		a := ask(scrap, home, good, *by)
		require.Equal(t, event, machine.Decide(&a).Rule.Event)
	}
	require.ErrorContains(t, decide(scrap, lent, good, sam), "cannot be done now, only while home;", "a state in which others may is none of theirs")
}

func TestAPartyThatIsTheSystemIsNotWhoeverSaysSo(t *testing.T) {
	require.NoError(t, decide(scrap, home, good, clock))
	claimed := sp.By(sp.Actor{ID: "mallory", Role: sp.RoleSystem}, monday)
	require.ErrorIs(t, decide(scrap, home, good, claimed), sp.ErrDenied)
}

func TestATableLetsALinkNarrowAndNeverWiden(t *testing.T) {
	for only, ok := range map[string]bool{
		"": true, "wheelchair/W-3": true, "wheelchair/W-33": false, "wheelchair/W-": false, "wheelchair/": false, "wheelchair": false, "wheelchairW-3": false, "placement/W-3": false, "W-3": false,
	} {
		link := sam
		link.By.Only = only
		require.Equal(t, ok, decide(takeBack, lent, good, link) == nil, "%q", only)
		link = eve
		link.By.Only = only
		require.ErrorIs(t, decide(takeBack, lent, good, link), sp.ErrDenied, "%q", only)
	}
}

func TestARefusalWithholdsAReasonThatIsNotForEverybody(t *testing.T) {
	spied := &transition.Machine[state, command, chair]{Name: "wheelchair", Rules: []rule{
		{Command: lend, Event: "wheelchair.lent", From: []state{""}, To: home, By: []party{keeper}, Guards: []guard{unwanted}},
	}}
	require.Equal(t, []string{"lend: the provider of this wheelchair would learn of wanted"}, spied.Check())
	a := ask(lend, "", chair{store: "bay/chairs", wanted: true}, sam)
	err := spied.Refusal(&a, spied.Decide(&a))
	require.EqualError(t, err, "wheelchair: lend W-3: cannot be done here; please speak to the link worker", "and if it is used all the same")
	require.ErrorIs(t, err, sp.ErrDenied)
	for role, hears := range map[sp.Role]bool{sp.RoleLinkWorker: true, sp.RoleReferrer: true, sp.RoleSystem: true, sp.RoleTeamLead: true, sp.RoleSafeguardingLead: true, sp.RoleGuardian: false, sp.RoleResearcher: false, sp.RoleAuditor: false, sp.RolePerson: false, sp.RoleProvider: false, "": false} {
		require.Equal(t, hears, transition.Scheme.Hears(role), role)
		require.True(t, transition.Everyone.Hears(role))
		require.False(t, transition.Audience("").Hears(role))
	}
}

func TestARefusalRepeatsNothingThatMayBeAName(t *testing.T) {
	a := ask(lend, lent, good, ann)
	a.Act.ID = "Mrs Smith"
	require.ErrorContains(t, machine.Refusal(&a, machine.Decide(&a)), "wheelchair: lend (malformed id): cannot be done now")
	stale := transition.Decision[state, command, chair]{Code: transition.Stale}
	a = ask(lend, home, good, ann)
	err := machine.Refusal(&a, stale)
	require.ErrorIs(t, err, sp.ErrConflict)
	require.EqualError(t, err, "wheelchair: lend W-3: has to be loaded again, since nobody knows what of it is saved")
	require.NoError(t, machine.Refusal(&a, transition.Decision[state, command, chair]{Code: transition.Repeated}))
	require.ErrorContains(t, machine.Refusal(&a, transition.Decision[state, command, chair]{Code: transition.KeyTaken}), "was given before under this key, with other input")
}

func TestCheckFindsWhatIsWrongWithATable(t *testing.T) {
	require.Empty(t, machine.Check())
	for want, spoil := range map[string]func(m *transition.Machine[state, command, chair]){
		"lend: its event does not say what it is of":                func(m *transition.Machine[state, command, chair]) { m.Rules[0].Event = "lent" },
		"lend: nobody may give it":                                  func(m *transition.Machine[state, command, chair]) { m.Rules[0].By = nil },
		"lend: it is legal nowhere":                                 func(m *transition.Machine[state, command, chair]) { m.Rules[0].From = nil },
		"lend: what does not exist yet needs a row of its own":      func(m *transition.Machine[state, command, chair]) { m.Rules[4].From = []state{"", lent} },
		"scrap: it leads to where it is, which an empty state says": func(m *transition.Machine[state, command, chair]) { m.Rules[2].To = home },
		"scrap: in home a row above decides for the system, on a day": func(m *transition.Machine[state, command, chair]) {
			m.Rules[3].By = []party{{Words: "the system, on a day", Role: sp.RoleSystem, Is: keeper.Is}}
		},
		"lend: no command leads to lost": func(m *transition.Machine[state, command, chair]) { m.Rules[0].From = []state{"lost"} },
		"lend: a guard lacks its code, words or function": func(m *transition.Machine[state, command, chair]) {
			m.Rules[0].Guards = []guard{{Code: "x", Words: "x", Audience: transition.Everyone}}
		},
		"lend: a party lacks its words, or says nothing of who it is": func(m *transition.Machine[state, command, chair]) {
			m.Rules[0].By, m.Rules[0].Guards = []party{{Words: "anybody"}}, nil
		},
		": a row has no command": func(m *transition.Machine[state, command, chair]) { m.Rules[0].Command = "" },
		"take back: guard brakes is said in two ways": func(m *transition.Machine[state, command, chair]) {
			other := checked
			other.Words = "the brakes brake"
			m.Rules[1].Guards = []guard{other}
			m.Rules = m.Rules[:4]
		},
		"scrap: in lent a row above decides for a link worker": func(m *transition.Machine[state, command, chair]) {
			m.Rules = append(slices.Clone(m.Rules), rule{Command: scrap, Event: "wheelchair.scrapped", From: []state{lent}, To: home, By: []party{worker}})
		},
	} {
		m := &transition.Machine[state, command, chair]{Name: machine.Name, Rules: slices.Clone(machine.Rules)}
		spoil(m)
		require.Equal(t, []string{want}, m.Check())
	}
}

func TestReadyMadeAuthorizersDenyWhatTheyDoNotName(t *testing.T) {
	table := machine.Table()
	roles := transition.Roles(table, map[sp.Role][]command{sp.RoleLinkWorker: {lend}, sp.RoleProvider: {takeBack}})
	trained := transition.Only(table, map[command]func(sp.Actor, transition.Act) error{
		lend: func(_ sp.Actor, do transition.Act) error {
			if do.To == "ben" || do.Has("need", "debt") {
				return fmt.Errorf("not for them: %w", sp.ErrDenied)
			}
			return nil
		},
		scrap: nil,
	})
	broken := transition.Only(table, map[command]func(sp.Actor, transition.Act) error{
		lend: func(sp.Actor, transition.Act) error { return errors.ErrUnsupported },
	})
	do := func(c command) transition.Act { return transition.Act{Machine: "wheelchair", Command: string(c)} }
	to, about, elsewhere := do(lend), do(lend), do(lend)
	to.To, about.Attributes, elsewhere.Machine = "ben", []transition.Attribute{{Name: "need", Text: "debt"}}, "placement"
	for _, tt := range []struct {
		name string
		a    transition.Authorizer
		by   sp.Stamp
		do   transition.Act
		want string // empty is yes
	}{
		{"a role does what is listed for it", roles, ann, do(lend), ""},
		{"and nothing else", roles, ann, do(takeBack), "denied"},
		{"nor does a role that is not listed", roles, clock, do(lend), "denied"},
		{"nor anything of another table", roles, ann, elsewhere, "denied"},
		{"a function decides", trained, ann, do(lend), ""},
		{"by whom the command names", trained, ann, to, "not for them: denied"},
		{"by what is known", trained, ann, about, "not for them: denied"},
		{"and what has none is denied", trained, ann, do(takeBack), "denied"},
		{"or has none of use", trained, ann, do(scrap), "denied"},
		{"one of several allows", transition.OneOf{trained, roles}, sam, do(takeBack), ""},
		{"the one that says why is heard", transition.OneOf{roles, trained}, sam, to, "not for them: denied"},
		{"whichever comes first", transition.OneOf{trained, roles}, sam, to, "not for them: denied"},
		{"and one that cannot say is not passed over", transition.OneOf{broken, roles}, ann, do(lend), "unsupported operation"},
		{"none of none", transition.OneOf{}, ann, do(lend), "denied"},
		{"all of several must allow", transition.AllOf{roles, trained}, ann, do(lend), ""},
		{"and not one of them deny", transition.AllOf{roles, trained}, ann, to, "not for them: denied"},
		{"all of none allow nothing", transition.AllOf{}, ann, do(lend), "denied"},
		{"the table alone allows", transition.TableOnly{}, ann, elsewhere, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.a.Authorize(tt.by.By, tt.do)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
	require.PanicsWithValue(t, `transition: a wheelchair has no command "lnd"`, func() { transition.Roles(table, map[sp.Role][]command{sp.RoleLinkWorker: {"lnd"}}) })
	require.PanicsWithValue(t, `transition: a wheelchair has no command "lnd"`, func() { transition.Only(table, map[command]func(sp.Actor, transition.Act) error{"lnd": nil}) })
}

func TestActKnowsItsAttributes(t *testing.T) {
	do := transition.Act{Attributes: []transition.Attribute{{Name: "need", Text: "debt"}, {Name: "need", Text: "grief"}, {Name: "load", Text: "ann", Number: 7}, {Name: "load", Text: "ben", Number: 9}}}
	require.True(t, do.Has("need", "grief"))
	require.False(t, do.Has("need", "housing"))
	n, known := do.Number("load")
	require.Equal(t, []any{int64(7), true}, []any{n, known})
	n, known = do.NumberOf("load", "ben")
	require.Equal(t, []any{int64(9), true}, []any{n, known})
	_, known = do.NumberOf("load", "cara")
	require.False(t, known)
	_, known = do.Number("age")
	require.False(t, known)
}

func TestTheTableSaysWhatTheRowsAre(t *testing.T) {
	table := machine.Table()
	require.Equal(t, []state{home, lent, "scrapped"}, table.States())
	require.Equal(t, []command{lend, takeBack, scrap}, table.Commands())
	require.Equal(t, table.Commands(), machine.Commands())
	require.Equal(t, []store.EventType{"wheelchair.lent", "wheelchair.came-back", "wheelchair.scrapped", "wheelchair.scrapping-asked"}, table.Events())
	require.True(t, table.Ended("scrapped"))
	require.False(t, table.Ended(lent))
	require.Equal(t, `| command | from | to | who may | not before | recorded as |
|---|---|---|---|---|---|
| lend | home | lent | a link worker | the brakes are checked (`+"`brakes`"+`, said to everyone concerned); nobody looks for it (`+"`wanted`"+`, said to the scheme and the referrer) | wheelchair.lent |
| take back | lent | home | a link worker; the provider of this wheelchair | the brakes are checked (`+"`brakes`"+`, said to everyone concerned) | wheelchair.came-back |
| scrap | home | scrapped | the provider of this wheelchair; the system |  | wheelchair.scrapped |
| scrap | home, lent | (stays) | a link worker |  | wheelchair.scrapping-asked |
| lend | (new) | lent | a link worker | the brakes are checked (`+"`brakes`"+`, said to everyone concerned); nobody looks for it (`+"`wanted`"+`, said to the scheme and the referrer) | wheelchair.lent |
`, table.Markdown())
	table.Rows[0].From[0] = "changed"
	require.Equal(t, home, machine.Rules[0].From[0])
}

// behaviour is everything that the machine answers, and what its table says.
func behaviour(m *transition.Machine[state, command, chair]) string {
	var b strings.Builder
	for _, s := range []state{"", home, lent, "scrapped"} {
		for _, c := range []command{lend, takeBack, scrap} {
			for _, facts := range []chair{good, {store: "bay/chairs"}, {store: "bay/chairs", checked: true, wanted: true}} {
				for _, by := range []sp.Stamp{ann, sam, eve, guest, clock} {
					a := ask(c, s, facts, by)
					d := m.Decide(&a)
					leads := ""
					if d.Rule != nil {
						leads = string(d.Rule.Event) + " " + string(d.Rule.To)
					}
					fmt.Fprintln(&b, s, c, facts, by.By, m.Refusal(&a, d), leads, d.Code)
				}
			}
		}
	}
	return b.String() + m.Table().Markdown()
}

func TestEveryMutantOfATableIsSeen(t *testing.T) {
	want, n := behaviour(machine), 0
	for what, mutant := range transitiontest.Mutants(machine) {
		n++
		if behaviour(mutant) == want {
			t.Errorf("survived: %s", what)
		}
	}
	if behaviour(machine) != want {
		t.Error("the machine is not as it was")
	}
	require.Greater(t, n, 50)
	for range transitiontest.Mutants(machine) {
		break // whoever has seen enough may stop
	}
}

func TestDecideCostsNoAllocation(t *testing.T) {
	var may transition.Authorizer = transition.OneOf{transition.Roles(machine.Table(), map[sp.Role][]command{sp.RoleLinkWorker: {lend}})}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		a := ask(lend, home, good, ann)
		a.Authorizer = may
		if machine.Decide(&a).Code != transition.Allowed {
			panic("it is allowed")
		}
	}))
}
