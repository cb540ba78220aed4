package repo

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A typed package is one of the library, with the types of all that its files say.
type typed struct {
	dir   string
	fset  *token.FileSet
	files []*ast.File
	info  *types.Info
	of    *types.Package
}

// checked are the packages as the first test had them that asked.
var checked []typed

// typedPackages are those of the main module that users import.
func typedPackages(t *testing.T) []typed {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(everyPackage(t)), func(p typed) bool { return folder{path: p.dir}.internal() })
}

// everyPackage type-checks every package of the main module that is no program.
func everyPackage(t *testing.T) []typed {
	t.Helper()
	if checked != nil {
		return checked
	}
	needed := make(map[string]bool)
	var own []folder
	nested := nestedModules(t)
	for _, f := range folders(t) {
		other := slices.ContainsFunc(nested, func(dir string) bool { return strings.HasPrefix(f.path+"/", dir) })
		if other || f.program() || len(f.shipped) == 0 {
			continue
		}
		own = append(own, f)
		for _, file := range f.shipped {
			for _, imported := range imports(f.files[file]) {
				needed[imported] = true
			}
		}
	}
	others := compiled(t, slices.Sorted(maps.Keys(needed)))
	for _, f := range own {
		p := typed{dir: f.path, fset: token.NewFileSet(), info: &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object)}}
		for _, file := range f.shipped {
			if here, err := build.Default.MatchFile(at(f.path), path.Base(file)); err != nil || !here {
				require.NoError(t, err)
				continue // for another machine
			}
			parsed, err := parser.ParseFile(p.fset, at(file), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			p.files = append(p.files, parsed)
		}
		var err error
		p.of, err = (&types.Config{Importer: others}).Check(path.Join(module, f.path), p.fset, p.files, p.info)
		require.NoError(t, err)
		checked = append(checked, p)
	}
	return checked
}

// nestedModules returns the folders of the other modules, with a slash behind each.
func nestedModules(t *testing.T) (dirs []string) {
	t.Helper()
	for _, file := range sources(t) {
		if dir, is := strings.CutSuffix(file, "go.mod"); is && dir != "" {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// code returns the name of the type of an expression, if it is a text of a type of ours.
func (p typed) code(x ast.Expr) string {
	n, is := types.Unalias(p.info.Types[x].Type).(*types.Named)
	if !is || n.Obj().Pkg() == nil {
		return ""
	}
	dir, ours := inside(n.Obj().Pkg().Path())
	basic, text := n.Underlying().(*types.Basic)
	if !ours || !text || basic.Info()&types.IsString == 0 {
		return ""
	}
	return dir + "." + n.Obj().Name()
}

// cast returns the type into which a call converts a text, and the type that the text has,
// also by way of a string. Both are empty where a call is something else.
func (p typed) cast(call *ast.CallExpr) (to, from string) {
	converts := func(call *ast.CallExpr) bool { return len(call.Args) == 1 && p.info.Types[call.Fun].IsType() }
	if !converts(call) {
		return "", ""
	}
	to, from = p.code(call.Fun), p.code(call.Args[0])
	if inner, is := call.Args[0].(*ast.CallExpr); is && from == "" && converts(inner) {
		from = p.code(inner.Args[0])
	}
	if to == "" || from == "" || to == from {
		return "", ""
	}
	return to, from
}

// sameText lists the types of which one is made into another, and why its texts mean the
// same there.
var sameText = map[string]string{
	"consent.Recipient from ..Role":                  "who reads is told as what they are, and the roles of readers are kinds of recipients",
	"funding/contract.ID from funding/grant.AwardID": "an award is one contract, with its ID",
	"referral/worklist.Class from referral.Urgency":  "the classes of a list are the urgencies, and one more for safety",
}

// A code that is made into a code of another type can be a word that the other list does
// not have, and no compiler sees it.
func TestRepoCodesAreNotMadeIntoCodesOfAnotherType(t *testing.T) {
	used := make(map[string]bool)
	for _, p := range typedPackages(t) {
		for _, f := range p.files {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, is := n.(*ast.CallExpr); is {
					if to, from := p.cast(call); to != "" {
						pair := to + " from " + from
						used[pair] = true
						if sameText[pair] == "" {
							t.Errorf("%s: %s: share one type, or give the reason in sameText", p.fset.Position(call.Pos()), pair)
						}
					}
				}
				return true
			})
		}
	}
	for pair := range sameText {
		require.True(t, used[pair], "%s is not made any more", pair)
	}
}

// untyped lists where an ID is a plain text, by package, type and field, or method and
// parameter, or the beginning of that, and why it has no type of what it names.
var untyped = map[string]string{
	"..Actor.":                          "of a person, a worker, a provider or a timer, as the login of the embedding service knows them",
	"..InvalidError.":                   "of anything that is checked",
	"..BySystem":                        "of an actor",
	"aggregate.":                        "whom a command names: a person, a worker, a team or a provider",
	"evaluation/mirror.Mirrors.Page.id": "of a practice, a provider or a worker, by the kind of pages",
	"evaluation/mirror.Page.ID":         "of a practice, a provider or a worker, by the kind of page",
	"referral/subject.Of.id":            "of a referral, a placement or a session",
	"transition.":                       "what an authorizer is told, which imports nothing that it decides about",
	"store":                             "of a record of any kind",

	"consent.Scope.To": "of a recipient of any kind", "consent.Ask.To": "of a recipient of any kind", "consent.Override.To": "of a recipient of any kind",
	"consent.Order.To": "of a recipient of any kind", "consent/register.Told.To": "of a recipient of any kind", "consent/register.Exposed.To": "of a recipient of any kind",
	"consent/register.Correction.To": "of a recipient of any kind",
	"consent.Ask.Service":            "permission stands below the directory",
	"consent.Reading.":               "permission stands below the directory", "consent.AtStage": "permission stands below the directory",
	"consent.AnswersFirst.": "permission stands below the directory", "consent/register.Told.Service": "permission stands below the directory",
	"consent.Wording.ID": "given by whoever wrote the text",
	"voice.":             "of a referral or a placement, of which statements know nothing", "person/custom.Subject.Referral": "people stand below referrals",
	"workforce":               anyDocument,
	"matching/assign.":        "of whatever waits and whoever has places: referrals or needs, offers or link workers",
	"referral/team.Thanks.ID": anyDocument,

	"directory.Address.ID": feed, "directory.Contact.ID": feed, "directory.Phone.ID": feed, "directory.Price.ID": feed, "directory.Schedule.ID": feed,
	"directory.Provenance.SourceID": feed, "directory/walk.Answer.ID": feed,
	"directory.Phone.Note":     "a sentence",
	"directory.Offer.Provider": "the name of the provider",
	"directory/flat.Column.To": "a field of the library",

	"needs.Assessment.Escalate": "of a person or a team", "needs.Escalated.To": "of a person or a team",
	"needs/measure.Item.ID":              "given by whoever publishes the questionnaire",
	"funding/apportion.":                 "of whatever shares",
	"funding/grant.AwardSpent.Placement": "money stands beside placements and does not import them", "funding/grant.Voucher.Placement": "money stands beside placements and does not import them",
	"funding/grant.Awards.SpendFor.": "money stands beside placements and does not import them",
	"simulation/queue.":              "the name of a station",
	"simulation/lab.":                "the name of a policy or of people of a kind, as the author of a study calls them",
	"simulation.Group.Team":          "the name of a team of the scenario",
	"simulation.Arrival.Group":       "the name of a group of the scenario",
	"simulation.Waiting.Group":       "the name of a group of the scenario",
	"funding/area.":                  "the code of an area, or the name of a column of codes",
	"funding.Subtotal.Group":         "the code of an area", "funding/england.Summary.Group": "the code of an area",
	"evaluation.":                             "the code of an indicator or of a group",
	"evaluation/barrier.Row.":                 "the name of a group, as that of a figure is",
	"referral.Happening.ID":                   "of a referral, a placement or a session",
	"referral/subject.Ref.ID":                 "of a record of any kind",
	"referral/subject.Key.ID":                 "of a key of the caller's",
	"referral/fhir/resource.Object.Contained": "a name within one resource",
	"evaluation/extract.Options.Project":      "the name of a research project, of which the library keeps nothing",
	"referral/subject.Keyring.":               "the name of a research project, of which the library keeps nothing",
}

const (
	anyDocument = "of an actor, or of a document of any kind"
	feed        = "given by the feed that it came from"
)

func TestRepoIDsHaveTheTypeOfWhatTheyName(t *testing.T) {
	all := typedPackages(t)
	things := map[string]bool{"Service": true, "Provider": true, "Venue": true, "Case": true, "Incident": true, "To": true} // and of what there are IDs
	for _, p := range all {
		for _, name := range p.of.Scope().Names() {
			if thing, is := strings.CutSuffix(name, "ID"); is && token.IsExported(name) {
				base := path.Base(p.dir)
				if thing == "" {
					thing = strings.ToUpper(base[:1]) + base[1:]
				}
				things[thing] = true
			}
		}
	}
	used := make(map[string]bool)
	for _, p := range all {
		for place, of := range p.texts() {
			if name := place[strings.LastIndex(place, ".")+1:]; !strings.EqualFold(name, "id") && !strings.HasSuffix(name, "ID") && !things[strings.ToUpper(name[:1])+name[1:]] {
				continue
			}
			found := false
			for where := range untyped {
				if strings.HasPrefix(place, where) {
					found, used[where] = true, true
				}
			}
			if !found {
				t.Errorf("%s is a %s: give it the type of what it names, or the reason in untyped", place, of)
			}
		}
	}
	for where := range untyped {
		require.True(t, used[where], "%s names nothing that is a plain text", where)
	}
}

// texts returns the exported fields, and the parameters of exported functions, that are plain
// texts or lists of them: "needs.Escalated.To", "needs.Assessment.Escalate.to".
func (p typed) texts() map[string]types.Type {
	found := make(map[string]types.Type)
	add := func(place string, v *types.Var) {
		of := v.Type()
		if list, is := of.(*types.Slice); is {
			of = list.Elem()
		}
		if of == types.Typ[types.String] && v.Name() != "" {
			found[p.dir+"."+place+"."+v.Name()] = v.Type()
		}
	}
	parameters := func(name string, f *types.Func) {
		for v := range f.Signature().Params().Variables() {
			if f.Exported() {
				add(name, v)
			}
		}
	}
	for _, name := range p.of.Scope().Names() {
		switch o := p.of.Scope().Lookup(name).(type) {
		case *types.Func:
			parameters(name, o)
		case *types.TypeName:
			n, is := o.Type().(*types.Named)
			if !is || !o.Exported() {
				continue
			}
			for m := range n.Methods() {
				parameters(name+"."+m.Name(), m)
			}
			if s, is := n.Underlying().(*types.Struct); is {
				for f := range s.Fields() {
					if f.Exported() {
						add(name, f)
					}
				}
			}
		}
	}
	return found
}
