package repo

import (
	"fmt"
	"html"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A layer is a row of the picture. Its packages import what is below or beside them.
type layer struct {
	name     string
	packages []box
}

// A box is a package and what is in it, in the words of the field.
type box struct{ path, caption string }

// layers is docs/packages.svg from the top down. Packages that do not exist yet are
// not drawn.
var layers = []layer{
	{"test with it", []box{
		{"rest", "requests, and problems"},
		{"rest/token", "links that end"},
		{"rest/limit", "how often one may ask"},
		{"validate", "requests with tags"},
		{"store/storetest", "the contract, faults"},
		{"transition/transitiontest", "mistakes in tables"},
		{"referral/referraltest", "seeded worlds"},
		{"evaluation/evaluationtest", "logs of any size"},
	}},
	{"try it out", []box{
		{"simulation/lab", "policies, compared"},
		{"simulation/fit", "learned from events"},
		{"simulation", "a scheme under a policy"},
		{"simulation/queue", "whatever waits"},
	}},
	{"see what it does", []box{
		{"evaluation", "counting a log"},
		{"evaluation/facts", "what events say"},
		{"evaluation/catalogue", "indicators"},
		{"evaluation/tables", "per head, per practice"},
		{"evaluation/mirror", "a page for each"},
		{"evaluation/eventfile", "a log as a file"},
		{"evaluation/flat", "a sheet of cases"},
		{"evaluation/export", "tables for others"},
		{"evaluation/extract", "rows for research"},
		{"evaluation/beam", "on a cluster"},
		{"evaluation/beam/count", "a log, from a shell"},
		{"evaluation/parquet", "the same as Parquet"},
		{"evaluation/parquet/convert", "from a file of events"},
		{"evaluation/chart", "pictures"},
		{"evaluation/report", "a page to read"},
		{"evaluation/observed", "how services answer"},
		{"evaluation/gap", "what is missing"},
		{"evaluation/barrier", "the 25 barriers"},
		{"evaluation/quasi", "before and after"},
		{"evaluation/spc", "control charts"},
		{"evaluation/economics", "cost and worth"},
		{"evaluation/disclosure", "small numbers"},
	}},
	{"tell people", []box{
		{"referral/letter", "what they are told"},
		{"referral/feedback", "the message back"},
		{"referral/words", "in which words"},
		{"referral/fhir", "FHIR R4"},
	}},
	{"share out money", []box{
		{"funding", "money by need"},
		{"funding/area", "tables of areas"},
		{"funding/england", "published files"},
		{"funding/apportion", "exact shares"},
		{"funding/contract", "how long money lasts"},
		{"funding/grant", "awards and ledger"},
		{"funding/panel", "citizens decide"},
		{"funding/threesixty", "published grants"},
	}},
	{"find and give help", []box{
		{"referral", "receipt to outcome"},
		{"referral/placement", "a place with a service"},
		{"referral/held", "places until they end"},
		{"referral/session", "one attendance"},
		{"referral/triage", "is it one for us?"},
		{"referral/worklist", "what is due today"},
		{"referral/caseload", "load, and hand-over"},
		{"referral/team", "the lead's morning"},
		{"matching", "what fits, and why"},
		{"matching/assign", "a list to its places"},
		{"referral/unmet", "what nobody offers"},
		{"referral/subject", "read out, and erased"},
		{"referral/crosswalk", "words of other systems"},
		{"referral/fhir/rule", "what is wrong with it"},
		{"referral/fhir/resource", "FHIR, nothing lost"},
	}},
	{"who and where", []box{
		{"person", "who is served"},
		{"person/note", "what is written of them"},
		{"person/custom", "what else a scheme asks"},
		{"person/duplicate", "one person, told twice"},
		{"needs", "what matters to them"},
		{"needs/measure", "questionnaires"},
		{"directory", "services and offers"},
		{"directory/recurrence", "every second Tuesday"},
		{"directory/feed", "what a feed leaves open"},
		{"directory/hsds", "Open Referral files"},
		{"directory/ohana", "its oldest form"},
		{"directory/mobilelibrary", "stops and times"},
		{"directory/flat", "sheets, by a mapping"},
		{"directory/detect", "what a file is"},
		{"directory/walk", "feeds, page by page"},
		{"directory/schemaorg", "hours of web sites"},
		{"directory/search", "a hundred thousand offers"},
		{"directory/quality", "how good a feed is"},
		{"directory/place", "places that are held"},
		{"directory/duplicate", "one service, told twice"},
		{"directory/timetable", "what comes next"},
		{"directory/taxonomy", "terms and needs"},
		{"directory/geocode", "where an address is"},
		{"consent", "who may see what"},
		{"consent/register", "who was told what"},
		{"consent/breach", "what reached the wrong hands"},
		{"consent/optout", "who is left out"},
		{"consent/retention", "how long to keep it"},
		{"workforce", "link workers"},
		{"workforce/measure", "their figures"},
		{"workforce/supervision", "who is there for them"},
		{"workforce/training", "what they have learned"},
		{"workforce/minutes", "where their time goes"},
		{"workforce/site", "a room, a telephone"},
		{"workforce/forum", "who meets whom"},
		{"workforce/fidelity", "what was changed, and why"},
		{"workforce/agreement", "what counts as good"},
		{"workforce/record", "how each is kept"},
		{"voice", "what people say"},
		{"referral/reason", "why not, and what then"},
		{"referral/concern", "who must take it over"},
	}},
	{"change and keep it", []box{
		{"transition", "who may do what, when"},
		{"aggregate", "a table and a history"},
		{"store", "the storage interface"},
		{"store/memstore", "in memory"},
		{"store/sqlite", "in one file"},
		{"store/postgres", "on a server"},
		{"store/journal", "in a log file"},
		{"store/observe", "what it is asked"},
		{"store/seal", "encrypted by person"},
		{"store/health", "what is wrong, in words"},
		{"store/audit", "proof of the past"},
	}},
	{"speak of it", []box{
		{".", "actors, dates, money, codes, personal data"},
		{"geo", "points, areas, postcodes"},
		{"decode", "JSON, and its faults"},
		{"evaluation/stat", "intervals, rates"},
		{"evaluation/survival", "time to an event"},
		{"evaluation/inequality", "Gini, gradients"},
	}},
}

const (
	boxWidth, boxHeight, gap = 160, 46, 10
	boxesInRow               = 5
	labelWidth               = 150
)

// draw returns the picture of the packages that there are.
func draw(built map[string]bool) string {
	var boxes strings.Builder
	y := gap
	for i, f := range layers {
		present := slices.DeleteFunc(slices.Clone(f.packages), func(r box) bool { return !built[r.path] })
		if len(present) == 0 {
			continue
		}
		rows := (len(present) + boxesInRow - 1) / boxesInRow
		height := rows*(boxHeight+gap) + gap
		fmt.Fprintf(&boxes, `<rect class="layer f%d" x="%d" y="%d" width="%d" height="%d" rx="8"/>`+"\n", i, gap, y, labelWidth+boxesInRow*(boxWidth+gap), height)
		fmt.Fprintf(&boxes, `<text class="label" x="%d" y="%d">%s</text>`+"\n", 2*gap+4, y+height/2+5, f.name)
		for n, r := range present {
			x, top := labelWidth+gap+n%boxesInRow*(boxWidth+gap), y+gap+n/boxesInRow*(boxHeight+gap)
			width := boxWidth
			if r.path == "." {
				width = boxesInRow*(boxWidth+gap) - gap
			}
			name := r.path
			if name == "." {
				name = "sp"
			}
			fmt.Fprintf(&boxes, `<rect class="box" x="%d" y="%d" width="%d" height="%d" rx="5"/>`+"\n", x, top, width, boxHeight)
			fmt.Fprintf(&boxes, `<text class="name" x="%d" y="%d">%s</text>`+"\n", x+width/2, top+20, name)
			fmt.Fprintf(&boxes, `<text class="caption" x="%d" y="%d">%s</text>`+"\n", x+width/2, top+36, html.EscapeString(r.caption))
		}
		y += height + gap
	}
	width := labelWidth + boxesInRow*(boxWidth+gap) + 2*gap
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" role="img" aria-label="The packages of sp, each above what it builds upon">
<style>
.layer { fill-opacity: .16 } .f0 { fill: #7b3fa0 } .f1 { fill: #2f6f9f } .f2 { fill: #1f8a70 } .f3 { fill: #c98a1b } .f4 { fill: #b5532a } .f5 { fill: #8a3033 } .f6 { fill: #555b66 } .f7 { fill: #8a3033 }
.box { fill: #ffffff; stroke: #444b57; stroke-width: 1 } .label { fill: #6a7280; font-size: 13px; font-weight: bold }
.name { fill: #14181f; font-size: 11.5px; font-weight: bold; text-anchor: middle } .caption { fill: #4a515c; font-size: 10.5px; text-anchor: middle }
</style>
%s</svg>
`, width, y, boxes.String())
}

// layerOf counts layers from the top down. Packages that nobody sees have none.
func layerOf(path string) int {
	i := slices.IndexFunc(layers, func(f layer) bool {
		return slices.ContainsFunc(f.packages, func(r box) bool { return r.path == path })
	})
	if i < 0 {
		return len(layers)
	}
	return i
}

func TestRepoPictureShowsEveryPackage(t *testing.T) {
	built := make(map[string]bool)
	for _, f := range folders(t) {
		if len(f.shipped) == 0 || strings.HasPrefix(f.path, "examples") || f.internal() {
			continue
		}
		built[f.path] = true
		if layerOf(f.path) == len(layers) {
			t.Errorf("package %s is in no layer of the picture", f.name())
			continue
		}
		for _, file := range f.shipped {
			for _, imported := range imports(f.files[file]) {
				if dir, ours := inside(imported); ours && layerOf(dir) < layerOf(f.path) {
					t.Errorf("the picture shows %s above %s, which imports it", dir, f.name())
				}
			}
		}
	}
	const picture = "docs/packages.svg"
	if *update {
		require.NoError(t, os.WriteFile(at(picture), []byte(draw(built)), 0o644))
	}
	got, err := os.ReadFile(at(picture))
	require.NoError(t, err)
	if string(got) != draw(built) {
		t.Error("the picture of the packages is out of date: draw it anew with -update")
	}
}
