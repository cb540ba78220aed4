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
	rooms []string
}

// house is docs/rooms.svg from the roof down. Rooms that are not built yet are
// not drawn.
var house = []floor{
	{"test with it", []string{"store/storetest", "referral/referraltest"}},
	{"try it out", []string{"simulation"}},
	{"see what it does", []string{"evaluation", "evaluation/chart", "evaluation/stat", "evaluation/inequality", "evaluation/spc", "evaluation/economics", "evaluation/disclosure"}},
	{"share out money", []string{"funding", "funding/apportion", "funding/contract", "funding/grant", "funding/panel"}},
	{"find and give help", []string{"referral", "referral/placement", "referral/session", "referral/triage", "referral/worklist", "matching", "referral/unmet", "referral/partner", "referral/fhir"}},
	{"who and where", []string{"person", "needs", "needs/measure", "directory", "directory/hsds", "directory/ohana", "directory/mobilelibrary", "consent", "workforce", "referral/pathway"}},
	{"keep it", []string{"store", "store/memstore", "store/sqlite", "store/postgres", "store/journal", "store/observe", "store/seal"}},
	{"speak of it", []string{".", "geo", "transition"}},
}

// captions say what is in a room, in the words of the field.
var captions = map[string]string{
	".":                       "actors, dates, money, codes, personal data",
	"geo":                     "points, areas, postcodes",
	"transition":              "who may do what, when",
	"store":                   "the waist: four methods",
	"store/memstore":          "in memory",
	"store/sqlite":            "in one file",
	"store/postgres":          "on a server",
	"store/journal":           "in a log file",
	"store/observe":           "what it is asked",
	"store/seal":              "encrypted by person",
	"store/storetest":         "the contract, faults",
	"directory":               "services and offers",
	"directory/hsds":          "Open Referral files",
	"directory/ohana":         "its oldest form",
	"directory/mobilelibrary": "stops and times",
	"consent":                 "who may see what",
	"workforce":               "link workers",
	"referral":                "receipt to outcome",
	"person":                  "who is served",
	"needs":                   "what matters to them",
	"needs/measure":           "questionnaires",
	"referral/pathway":        "rules of the way",
	"referral/placement":      "a place with a service",
	"referral/session":        "one attendance",
	"referral/triage":         "is it one for us?",
	"referral/partner":        "words of other systems",
	"referral/unmet":          "what nobody offers",
	"referral/worklist":       "what is due today",
	"referral/fhir":           "FHIR R4",
	"referral/referraltest":   "seeded worlds",
	"matching":                "what fits, and why",
	"funding":                 "money by need",
	"funding/apportion":       "exact shares",
	"funding/contract":        "how long money lasts",
	"funding/grant":           "awards and ledger",
	"funding/panel":           "citizens decide",
	"evaluation":              "indicators",
	"evaluation/chart":        "pictures",
	"evaluation/stat":         "intervals, rates",
	"evaluation/inequality":   "Gini, gradients",
	"evaluation/spc":          "control charts",
	"evaluation/economics":    "cost and worth",
	"evaluation/disclosure":   "small numbers",
	"simulation":              "a scheme under a policy",
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
		present := slices.DeleteFunc(slices.Clone(f.rooms), func(room string) bool { return !built[room] })
		if len(present) == 0 {
			continue
		}
		rows := (len(present) + roomsInRow - 1) / roomsInRow
		height := rows*(roomHeight+gap) + gap
		fmt.Fprintf(&rooms, `<rect class="floor f%d" x="%d" y="%d" width="%d" height="%d" rx="8"/>`+"\n", i, gap, y, labelWidth+roomsInRow*(roomWidth+gap), height)
		fmt.Fprintf(&rooms, `<text class="label" x="%d" y="%d">%s</text>`+"\n", 2*gap+4, y+height/2+5, f.name)
		for n, room := range present {
			x, top := labelWidth+gap+n%roomsInRow*(roomWidth+gap), y+gap+n/roomsInRow*(roomHeight+gap)
			width := roomWidth
			if room == "." {
				width = roomsInRow*(roomWidth+gap) - gap
			}
			name := room
			if room == "." {
				name = "sp"
			}
			fmt.Fprintf(&rooms, `<rect class="room" x="%d" y="%d" width="%d" height="%d" rx="5"/>`+"\n", x, top, width, roomHeight)
			fmt.Fprintf(&rooms, `<text class="name" x="%d" y="%d">%s</text>`+"\n", x+width/2, top+20, name)
			fmt.Fprintf(&rooms, `<text class="caption" x="%d" y="%d">%s</text>`+"\n", x+width/2, top+36, html.EscapeString(captions[room]))
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
func floorOf(room string) int {
	i := slices.IndexFunc(house, func(f floor) bool { return slices.Contains(f.rooms, room) })
	if i < 0 {
		return len(house)
	}
	return i
}

func TestThePictureShowsEveryRoom(t *testing.T) {
	built := make(map[string]bool)
	var drawn []string
	for _, f := range house {
		drawn = append(drawn, f.rooms...)
	}
	for _, f := range folders(t) {
		if len(f.shipped) == 0 || strings.HasPrefix(f.path, "examples") || f.internal() {
			continue
		}
		built[f.path] = true
		if !slices.Contains(drawn, f.path) || captions[f.path] == "" {
			t.Errorf("package %s has no place or caption in house", f.name())
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
		require.NoError(t, os.WriteFile(picture, []byte(draw(built)), 0o644))
	}
	got, err := os.ReadFile(picture)
	require.NoError(t, err)
	if string(got) != draw(built) {
		t.Error("the picture of the rooms is out of date: draw it anew with -update")
	}
}
