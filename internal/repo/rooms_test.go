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

// A floor is a layer of the house. Its rooms import what is below or beside them.
type floor struct {
	name  string
	rooms []room
}

// A room is a package and what is in it, in the words of the field.
type room struct{ path, caption string }

// house is docs/rooms.svg from the roof down. Rooms that are not built yet are
// not drawn.
var house = []floor{
	{"test with it", []room{
		{"store/storetest", "the contract, faults"},
		{"transition/transitiontest", "mistakes in tables"},
		{"referral/referraltest", "seeded worlds"},
	}},
	{"try it out", []room{
		{"simulation", "a scheme under a policy"},
	}},
	{"see what it does", []room{
		{"evaluation", "indicators"},
		{"evaluation/chart", "pictures"},
		{"evaluation/stat", "intervals, rates"},
		{"evaluation/survival", "time to an event"},
		{"evaluation/inequality", "Gini, gradients"},
		{"evaluation/spc", "control charts"},
		{"evaluation/economics", "cost and worth"},
		{"evaluation/disclosure", "small numbers"},
	}},
	{"share out money", []room{
		{"funding", "money by need"},
		{"funding/area", "tables of areas"},
		{"funding/england", "published files"},
		{"funding/apportion", "exact shares"},
		{"funding/contract", "how long money lasts"},
		{"funding/grant", "awards and ledger"},
		{"funding/panel", "citizens decide"},
	}},
	{"find and give help", []room{
		{"referral", "receipt to outcome"},
		{"referral/placement", "a place with a service"},
		{"referral/session", "one attendance"},
		{"referral/triage", "is it one for us?"},
		{"referral/worklist", "what is due today"},
		{"matching", "what fits, and why"},
		{"referral/unmet", "what nobody offers"},
		{"referral/crosswalk", "words of other systems"},
		{"referral/letter", "what people are told"},
		{"referral/fhir", "FHIR R4"},
	}},
	{"who and where", []room{
		{"person", "who is served"},
		{"needs", "what matters to them"},
		{"needs/measure", "questionnaires"},
		{"directory", "services and offers"},
		{"directory/hsds", "Open Referral files"},
		{"directory/ohana", "its oldest form"},
		{"directory/mobilelibrary", "stops and times"},
		{"directory/flat", "sheets, by a mapping"},
		{"directory/detect", "what a file is"},
		{"directory/walk", "feeds, page by page"},
		{"directory/schemaorg", "hours of web sites"},
		{"directory/quality", "how good a feed is"},
		{"consent", "who may see what"},
		{"workforce", "link workers"},
		{"referral/reason", "why not, and what then"},
	}},
	{"keep it", []room{
		{"aggregate", "a table and a history"},
		{"store", "the storage interface"},
		{"store/memstore", "in memory"},
		{"store/sqlite", "in one file"},
		{"store/postgres", "on a server"},
		{"store/journal", "in a log file"},
		{"store/observe", "what it is asked"},
		{"store/seal", "encrypted by person"},
		{"store/audit", "proof of the past"},
	}},
	{"speak of it", []room{
		{".", "actors, dates, money, codes, personal data"},
		{"geo", "points, areas, postcodes"},
		{"transition", "who may do what, when"},
	}},
}

const (
	roomWidth, roomHeight, gap = 160, 46, 10
	roomsInRow                 = 5
	labelWidth                 = 150
)

// draw returns the picture of the packages that there are.
func draw(built map[string]bool) string {
	var rooms strings.Builder
	y := gap
	for i, f := range house {
		present := slices.DeleteFunc(slices.Clone(f.rooms), func(r room) bool { return !built[r.path] })
		if len(present) == 0 {
			continue
		}
		rows := (len(present) + roomsInRow - 1) / roomsInRow
		height := rows*(roomHeight+gap) + gap
		fmt.Fprintf(&rooms, `<rect class="floor f%d" x="%d" y="%d" width="%d" height="%d" rx="8"/>`+"\n", i, gap, y, labelWidth+roomsInRow*(roomWidth+gap), height)
		fmt.Fprintf(&rooms, `<text class="label" x="%d" y="%d">%s</text>`+"\n", 2*gap+4, y+height/2+5, f.name)
		for n, r := range present {
			x, top := labelWidth+gap+n%roomsInRow*(roomWidth+gap), y+gap+n/roomsInRow*(roomHeight+gap)
			width := roomWidth
			if r.path == "." {
				width = roomsInRow*(roomWidth+gap) - gap
			}
			name := r.path
			if name == "." {
				name = "sp"
			}
			fmt.Fprintf(&rooms, `<rect class="room" x="%d" y="%d" width="%d" height="%d" rx="5"/>`+"\n", x, top, width, roomHeight)
			fmt.Fprintf(&rooms, `<text class="name" x="%d" y="%d">%s</text>`+"\n", x+width/2, top+20, name)
			fmt.Fprintf(&rooms, `<text class="caption" x="%d" y="%d">%s</text>`+"\n", x+width/2, top+36, html.EscapeString(r.caption))
		}
		y += height + gap
	}
	width := labelWidth + roomsInRow*(roomWidth+gap) + 2*gap
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" role="img" aria-label="The packages of sp, each above what it builds upon">
<style>
.floor { fill-opacity: .16 } .f0 { fill: #7b3fa0 } .f1 { fill: #2f6f9f } .f2 { fill: #1f8a70 } .f3 { fill: #c98a1b } .f4 { fill: #b5532a } .f5 { fill: #8a3033 } .f6 { fill: #555b66 } .f7 { fill: #8a3033 }
.room { fill: #ffffff; stroke: #444b57; stroke-width: 1 } .label { fill: #6a7280; font-size: 13px; font-weight: bold }
.name { fill: #14181f; font-size: 11.5px; font-weight: bold; text-anchor: middle } .caption { fill: #4a515c; font-size: 10.5px; text-anchor: middle }
</style>
%s</svg>
`, width, y, rooms.String())
}

// floorOf counts floors from the roof down. Rooms that nobody sees have none.
func floorOf(path string) int {
	i := slices.IndexFunc(house, func(f floor) bool {
		return slices.ContainsFunc(f.rooms, func(r room) bool { return r.path == path })
	})
	if i < 0 {
		return len(house)
	}
	return i
}

func TestThePictureShowsEveryRoom(t *testing.T) {
	built := make(map[string]bool)
	for _, f := range folders(t) {
		if len(f.shipped) == 0 || strings.HasPrefix(f.path, "examples") || f.internal() {
			continue
		}
		built[f.path] = true
		if floorOf(f.path) == len(house) {
			t.Errorf("package %s has no place in house", f.name())
			continue
		}
		for _, file := range f.shipped {
			for _, imported := range imports(f.files[file]) {
				if dir, ours := inside(imported); ours && floorOf(dir) < floorOf(f.path) {
					t.Errorf("the picture shows %s above %s, which imports it", dir, f.name())
				}
			}
		}
	}
	const picture = "docs/rooms.svg"
	if *update {
		require.NoError(t, os.WriteFile(at(picture), []byte(draw(built)), 0o644))
	}
	got, err := os.ReadFile(at(picture))
	require.NoError(t, err)
	if string(got) != draw(built) {
		t.Error("the picture of the rooms is out of date: draw it anew with -update")
	}
}
