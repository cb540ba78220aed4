package words_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// A scheme in Wales says some things in Welsh, and what nobody has translated yet in English.
func Example() {
	t := words.Table{
		words.Steps:   {"small-group": "mewn grŵp bach"},
		words.Reasons: {reason.Illness: "o salwch", "no-childcare": "nid oes gofal plant"},
	}
	fmt.Println(words.Of(t, session.SmallGroup))
	fmt.Println(words.Of(t, session.Home))
	fmt.Println(t.Reason(reason.Because(reason.Illness)))
	fmt.Println(t.Reason(reason.Reason{Code: "no-childcare"}))
	missing, own := t.Check()
	fmt.Println(len(missing) > 100, own)
	// Output:
	// mewn grŵp bach
	// at home
	// o salwch
	// nid oes gofal plant
	// true [reason no-childcare]
}

// said returns the words for a code of a type, as named in the source.
var said = map[string]func(string) string{
	"sp.Role":                func(c string) string { return words.Of(nil, sp.Role(c)) },
	"person.Channel":         func(c string) string { return words.Of(nil, person.Channel(c)) },
	"person.Leave":           func(c string) string { return words.Of(nil, person.Leave(c)) },
	"person.Answerer":        func(c string) string { return words.Of(nil, person.Answerer(c)) },
	"referral.State":         func(c string) string { return words.Of(nil, referral.State(c)) },
	"referral.Command":       func(c string) string { return words.Of(nil, referral.Command(c)) },
	"referral.Urgency":       func(c string) string { return words.Of(nil, referral.Urgency(c)) },
	"referral.Medium":        func(c string) string { return words.Of(nil, referral.Medium(c)) },
	"referral.CheckInAnswer": func(c string) string { return words.Of(nil, referral.CheckInAnswer(c)) },
	"reason.Choice":          func(c string) string { return words.Of(nil, reason.Choice(c)) },
	"concern.Kind":           func(c string) string { return words.Of(nil, concern.Kind(c)) },
	"concern.Reason":         func(c string) string { return words.Of(nil, concern.Reason(c)) },
	"concern.Answer":         func(c string) string { return words.Of(nil, concern.Answer(c)) },
	"concern.Step":           func(c string) string { return words.Of(nil, concern.Step(c)) },
	"placement.State":        func(c string) string { return words.Of(nil, placement.State(c)) },
	"placement.Command":      func(c string) string { return words.Of(nil, placement.Command(c)) },
	"placement.Level":        func(c string) string { return words.Of(nil, placement.Level(c)) },
	"session.State":          func(c string) string { return words.Of(nil, session.State(c)) },
	"session.Command":        func(c string) string { return words.Of(nil, session.Command(c)) },
	"session.Step":           func(c string) string { return words.Of(nil, session.Step(c)) },
	"session.Cause":          func(c string) string { return words.Of(nil, session.Cause(c)) },
	"session.Rebooking":      func(c string) string { return words.Of(nil, session.Rebooking(c)) },
	"needs.State":            func(c string) string { return words.Of(nil, needs.State(c)) },
	"needs.Command":          func(c string) string { return words.Of(nil, needs.Command(c)) },
	"needs.Means":            func(c string) string { return words.Of(nil, needs.Means(c)) },
	"needs.Outcome":          func(c string) string { return words.Of(nil, needs.Outcome(c)) },
	"unmet.Kind":             func(c string) string { return words.Of(nil, unmet.Kind(c)) },
	"grant.State":            func(c string) string { return words.Of(nil, grant.State(c)) },
	"grant.FundCommand":      func(c string) string { return words.Of(nil, grant.FundCommand(c)) },
	"grant.AwardCommand":     func(c string) string { return words.Of(nil, grant.AwardCommand(c)) },
	"grant.Carry":            func(c string) string { return words.Of(nil, grant.Carry(c)) },
	"grant.Help":             func(c string) string { return words.Of(nil, grant.Help(c)) },
	"grant.Account":          func(c string) string { return words.Of(nil, grant.Account(c)) },
	"reason.Party":           func(c string) string { return words.Of(nil, reason.Party(c)) },
	"reason.Effect":          func(c string) string { return words.Of(nil, reason.Effect(c)) },
	"needs.Code":             func(c string) string { return words.Of(nil, needs.Code(c)) },
	"needs.Domain":           named,   // likewise
	"needs.Relation":         forCode, // between two taxonomies
	"worklist.Next":          func(c string) string { return words.Of(nil, worklist.Next(c)) },
	"worklist.Why":           func(c string) string { return words.Of(nil, worklist.Why(c)) },
	"worklist.Class":         func(c string) string { return words.Of(nil, worklist.Class(c)) },
	"referral.List":          forCode, // the name of a list, which the page that shows it has its own title for
	"placement.List":         forCode, // likewise
	"needs.Sensitivity":      forCode, // how carefully a need is told
	"place.Cause":            func(c string) string { return words.Of(nil, place.Cause(c)) },
	"caseload.Why":           func(c string) string { return words.Of(nil, caseload.Why(c)) },
	"caseload.No":            func(c string) string { return words.Of(nil, caseload.No(c)) },
	"caseload.State":         func(c string) string { return words.Of(nil, caseload.State(c)) },
	"caseload.Command":       func(c string) string { return words.Of(nil, caseload.Command(c)) },
	"caseload.LimitReason":   func(c string) string { return words.Of(nil, caseload.LimitReason(c)) },
	"caseload.Wanting":       func(c string) string { return words.Of(nil, caseload.Wanting(c)) },
	"caseload.Phase":         func(c string) string { return words.Of(nil, caseload.Phase(c)) },
	"caseload.Fact":          func(c string) string { return words.Of(nil, caseload.Fact(c)) },
	"team.What":              func(c string) string { return words.Of(nil, team.What(c)) },
	"team.For":               func(c string) string { return words.Of(nil, team.For(c)) },
	"team.Giver":             func(c string) string { return words.Of(nil, team.Giver(c)) },
	"workforce.Matter":       func(c string) string { return words.Of(nil, workforce.Matter(c)) },
	"workforce.Instead":      func(c string) string { return words.Of(nil, workforce.Instead(c)) },
	"workforce.Response":     func(c string) string { return words.Of(nil, workforce.Response(c)) },
	"workforce.Why":          func(c string) string { return words.Of(nil, workforce.Why(c)) },
	"workforce.Ages":         func(c string) string { return words.Of(nil, workforce.Ages(c)) },
	"supervision.Kind":       func(c string) string { return words.Of(nil, supervision.Kind(c)) },
	"supervision.State":      func(c string) string { return words.Of(nil, supervision.State(c)) },
	"supervision.Why":        func(c string) string { return words.Of(nil, supervision.Why(c)) },
	"training.Module":        func(c string) string { return words.Of(nil, training.Module(c)) },
	"training.Lack":          func(c string) string { return words.Of(nil, training.Lack(c)) },
	"minutes.Kind":           func(c string) string { return words.Of(nil, minutes.Kind(c)) },
	"forum.Absence":          func(c string) string { return words.Of(nil, forum.Absence(c)) },
	"site.Item":              func(c string) string { return words.Of(nil, site.Item(c)) },
	"site.State":             func(c string) string { return words.Of(nil, site.State(c)) },
	"site.Matter":            func(c string) string { return words.Of(nil, site.Matter(c)) },
	"fidelity.Part":          func(c string) string { return words.Of(nil, fidelity.Part(c)) },
	"fidelity.Change":        func(c string) string { return words.Of(nil, fidelity.Change(c)) },
	"fidelity.Verdict":       func(c string) string { return words.Of(nil, fidelity.Verdict(c)) },
	"fidelity.Why":           func(c string) string { return words.Of(nil, fidelity.Why(c)) },
	"agreement.Good":         func(c string) string { return words.Of(nil, agreement.Good(c)) },
	"agreement.Outcome":      func(c string) string { return words.Of(nil, agreement.Outcome(c)) },
	"agreement.Consequence":  func(c string) string { return words.Of(nil, agreement.Consequence(c)) },
	"agreement.Ending":       func(c string) string { return words.Of(nil, agreement.Ending(c)) },
	"subject.Asker":          func(c string) string { return words.Of(nil, subject.Asker(c)) },
	"subject.Ground":         func(c string) string { return words.Of(nil, subject.Ground(c)) },
	"subject.Why":            func(c string) string { return words.Of(nil, subject.Why(c)) },
	"subject.State":          func(c string) string { return words.Of(nil, subject.State(c)) },
	"subject.Then":           func(c string) string { return words.Of(nil, subject.Then(c)) },
	"consent.Recipient":      func(c string) string { return words.Of(nil, consent.Recipient(c)) },
	"consent.Purpose":        func(c string) string { return words.Of(nil, consent.Purpose(c)) },
	"consent.Kind":           func(c string) string { return words.Of(nil, consent.Kind(c)) },
	"consent.Authority":      func(c string) string { return words.Of(nil, consent.Authority(c)) },
	"consent.Reason":         func(c string) string { return words.Of(nil, consent.Reason(c)) },
	"consent.Ground":         func(c string) string { return words.Of(nil, consent.Ground(c)) },
	"register.Command":       func(c string) string { return words.Of(nil, register.Command(c)) },
	"breach.Way":             func(c string) string { return words.Of(nil, breach.Way(c)) },
	"breach.Risk":            func(c string) string { return words.Of(nil, breach.Risk(c)) },
	"breach.State":           func(c string) string { return words.Of(nil, breach.State(c)) },
	"breach.Command":         func(c string) string { return words.Of(nil, breach.Command(c)) },
	"worklist.Since":         forCode, // from when a rule counts; the rule says it in its own words
	"store.EventType":        forCode, // letter.Story tells people what happened
	"fhir.BundleType":        forCode, // a word of the standard
	"fhir.Kind":              forCode, // what was lost on the way, for whoever connects two systems
}

func named(code string) string {
	if t, ok := needs.Standard().Term(needs.Code(code)); ok {
		return t.Display
	}
	return "its domain"
}

func forCode(string) string { return "no word for people" }

// constants returns the constants of package folder that are texts of a type, as
// "session.Step" and its codes.
func constants(t *testing.T, folder string) map[string][]string {
	t.Helper()
	codes := make(map[string][]string)
	files, err := filepath.Glob(filepath.Join("../..", folder, "*.go"))
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || spec.Type == nil || len(spec.Values) == 0 {
				return true
			}
			of := ""
			switch x := spec.Type.(type) {
			case *ast.Ident:
				of = file.Name.Name + "." + x.Name
			case *ast.SelectorExpr:
				of = x.X.(*ast.Ident).Name + "." + x.Sel.Name
			}
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					code, err := strconv.Unquote(lit.Value)
					require.NoError(t, err)
					codes[of] = append(codes[of], code)
				}
			}
			return true
		})
	}
	return codes
}

// A code that is added anywhere in the pathway, and a new type of codes, fails this test
// until there are words for it or a reason for none.
func TestTableHasWordsForEveryCodeOfThePathway(t *testing.T) {
	n := 0
	folders := []string{".", "person", "needs", "funding/grant", "consent", "consent/register", "consent/breach", "directory/place"}
	for _, root := range []string{"../../referral", "../../workforce"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && !slices.Contains([]string{"internal", "words", "referraltest", "testdata"}, d.Name()) {
				folders = append(folders, strings.TrimPrefix(path, "../../"))
			}
			return err
		}))
	}
	for _, folder := range folders {
		for of, codes := range constants(t, folder) {
			words := said[of]
			if of == "" { // an untyped constant is a name of its own, such as the kind of a record
				continue
			}
			whole := strings.HasPrefix(folder, "referral") || strings.HasPrefix(folder, "workforce") || slices.Contains([]string{"needs", "funding/grant", "directory/place"}, folder)
			if words == nil && whole {
				t.Errorf("%s in %s is a type of codes without a topic: %v", of, folder, codes)
			}
			if words == nil {
				continue
			}
			for _, code := range codes {
				n++
				if w := words(code); w == "" || w == code && !slices.Contains(itself, code) {
					t.Errorf("%s %q in %s has no words", of, code, folder)
				}
			}
		}
	}
	require.Greater(t, n, 150)
}

// itself are the codes that are words already.
var itself = []string{
	"referrer", "provider", "person", "received", "accepted", "started", "completed", "stopped", "declined", "withdrawn", "closed", "proposed",
	"routine", "soon", "urgent", "crisis", "safeguarding", "accept", "decline", "complete", "close", "planned", "attended", "missed", "open",
	"unspecified", "safety", "agreed", "loneliness", "anxiety", "debt", "food", "housing", "agree", "funder", "guardian", "researcher", "auditor",
	"notes", "object", "tell", "finished", "overdue", "adults",
}

func TestTableHasWordsForEveryRefusal(t *testing.T) {
	english := words.English()[words.Refusals]
	for _, code := range []string{
		transition.NoSuch, transition.NotYours, transition.NotNow, transition.Denied, transition.Withheld, transition.KeyTaken, transition.Stale,
		"referral/flag-open", "placement/in-a-group", "session/too-early", "assessment/alert-waiting", "fund/nothing-free", "award/instalment-unpaid",
	} {
		require.NotEmpty(t, english[code], code)
	}
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	worker := referraltest.By(sp.RoleLinkWorker, 9)
	require.NoError(t, c.Referral.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, worker))
	var refused *transition.Refusal
	require.ErrorAs(t, c.Close(needs.Result{Outcome: needs.Met}, worker), &refused)
	require.Equal(t, "not before every flag is in other hands, or was found to be none (F-1)", words.Table(nil).Refusal(refused))
	welsh := words.Table{words.Refusals: {"referral/flag-open": "mae pryder yn agored"}}
	require.Equal(t, "mae pryder yn agored (F-1)", welsh.Refusal(refused))
	require.ErrorAs(t, c.Referral.Accept("ann", worker), &refused)
	require.Equal(t, "cannot be done now", welsh.Refusal(refused))
}

func TestTableSaysReasonsToThePersonInOneLanguage(t *testing.T) {
	why := reason.Because(reason.Moved)
	require.Equal(t, "the person moved away", words.Table(nil).Reason(why))
	require.Equal(t, "you moved away", words.Table(nil).ReasonToPerson(why))
	require.Equal(t, "of illness", words.Table(nil).ReasonToPerson(reason.Because(reason.Illness)))
	welsh := words.Table{words.Reasons: {reason.Moved: "symudodd y person"}}
	require.Equal(t, "symudodd y person", welsh.ReasonToPerson(why), "rather than English")
	welsh[words.ReasonsToPerson] = map[string]string{reason.Moved: "symudoch chi"}
	require.Equal(t, "symudoch chi", welsh.ReasonToPerson(why))
	require.Equal(t, "no-childcare", words.Table(nil).ReasonToPerson(reason.Reason{Code: "no-childcare"}))
}

// The golden file is what a translator begins with.
func TestEnglishIsComplete(t *testing.T) {
	english := words.English()
	missing, unknown := english.Check()
	require.Empty(t, missing)
	require.Empty(t, unknown)
	text, err := json.MarshalIndent(english, "", "  ")
	require.NoError(t, err)
	goldentest.Equal(t, "testdata/english.json", string(text)+"\n")

	var read words.Table
	data, err := os.ReadFile("testdata/english.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, english, read)

	english[words.Steps]["home"] = ""
	delete(english, words.ReasonsToPerson)
	english[words.Topic("steps")] = map[string]string{"home": "yma"}
	missing, unknown = english.Check()
	require.Equal(t, []string{"step home"}, missing)
	require.Equal(t, []string{"steps home"}, unknown)
	require.Equal(t, "at home", words.Of(nil, session.Home), "the table is the caller's own")
}
