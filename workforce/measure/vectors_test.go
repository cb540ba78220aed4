package measure_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/measure"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

var update = flag.Bool("update", false, "write what the vectors expect anew")

// year is the period of all vectors; every Monday to Friday of it is a working day.
var year = sp.Period{Start: sp.NewDate(2026, 1, 1), End: sp.NewDate(2027, 1, 1)}

// A vector is a worked example of an indicator of a team, in a folder of its own: what is on record (records.json,
// each document as it is stored), and what comes of it (expected.csv). They know no language, so that other
// systems can prove that they count the same.
type vector struct {
	number int
	words  string
	// want is numerator, denominator and value of each figure, worked out by hand, and how many records are left out.
	want []string
}

var vectors = map[string]vector{
	// On the last day ann is there full time, and cy, whose hours nobody knows. Ann's 365 days and half of ben's
	// 181 are 455.5, and 120 of 455.5 / 365.25.
	"caseload": {51, "people who are with link workers on the last day, and people taken on in the year, for each full-time link worker; a year has 365.25 days", []string{
		"open people per full-time link worker: 40 of 1.000 is 40.000; 7", "people per full-time link worker and year: 120 of 1.247 is 96.224; 1",
	}},
	// 60 + 30 of 420 and 100 of 300; the day after the year does not count.
	"administration": {52, "minutes of notes, coding, letters, returns and booking, of all that were worked", []string{"time that goes to administration: 190 of 720.000 is 0.264; 0"}},
	// Ben left after 181 of 911 days. He was there for 365 in all; ann and cy are still there after 364. Of eve nobody knows the
	// contract, so that she may hold a post.
	"turnover": {53, "link workers who left in the year, for each year of employment; posts without anybody on the last day; days within which half have left", []string{
		"link workers who leave, per year and mean headcount: 1 of 2.494 is 0.401; 1", "posts of link workers that are vacant: 1 of 4.000 is 0.250; 1",
		"days within which half of all link workers leave: 1 of 3.000 is 365.000; 1",
	}},
	// Cy is on leave all year; the session of ben was not held.
	"supervision": {54, "link workers with supervision of any kind, and of each, of those who were there on any day of the year", []string{
		"link workers who had supervision: 1 of 2.000 is 0.500; 1", "link workers who had line supervision: 0 of 2.000 is 0.000; 1", "link workers who had clinical supervision: 1 of 2.000 is 0.500; 1",
		"link workers who had safeguarding supervision: 0 of 2.000 is 0.000; 1", "link workers who had peer supervision: 0 of 2.000 is 0.000; 1",
	}},
	// What ben completed was in date for a year; cy has until the next one; nobody knows since when one of the doctors refers.
	"training": {55, "learners who have every module in date on the last day that they need by then", []string{"learners whose required modules are in date: 2 of 3.000 is 0.667; 1"}},
	"remit":    {56, "requests beyond the remit that were taken on, of 40 referrals", []string{"referrals beyond the remit that were accepted: 2 of 40.000 is 0.050; 1"}},
	// The library was at a meeting that did not take place; of the council nobody has said whether they came.
	"partners": {69, "partners who were invited to a meeting of the year and came, of all", []string{"partners who were invited to a forum and came: 1 of 3.000 is 0.333; 1"}},
	// Ten working days from Monday 2 March are over on Monday 16 March; those from 28 December are not over on the last day.
	"systems": {73, "requests for help that were solved within 10 working days, of those of the year whose time is over", []string{"requests for support that were solved in time: 1 of 2.000 is 0.500; 1"}},
	"workplace": {74, "link workers with a private room and a computer wherever they work, of those employed on the last day", []string{
		"link workers with a private room and a computer: 1 of 2.000 is 0.500; 1",
	}},
	// Three in 365 of 365.25 days; the last review of the hill is whole, that of the mill has one point of two.
	"adaptations": {75, "changes of the model with a reason, for each year of 365.25 days; the mean over places of the last review's share of the most points", []string{
		"changes of the model with a reason, per year: 3 of 0.999 is 3.002; 0", "how well the model is kept, as a share of the most: 0 of 2.000 is 0.750; 0",
	}},
}

// A referrer is somebody outside the team of whom modules are required.
type referrer struct {
	ID    string    `json:"id"`
	Roles []sp.Role `json:"roles"`
	Since sp.Date   `json:"since,omitzero"`
}

// documents are what records.json holds.
type documents struct {
	Workers []struct {
		workforce.Worker

		Employment workforce.Employment `json:"employment"`
	} `json:"workers,omitempty"`
	Pressures   []workforce.Pressure  `json:"pressures,omitempty"`
	Sessions    []supervision.Session `json:"supervision,omitempty"`
	Completions []training.Completion `json:"training,omitempty"`
	Days        []minutes.Day         `json:"diaries,omitempty"`
	Sites       []site.Readiness      `json:"sites,omitempty"`
	Requests    []site.Request        `json:"requests,omitempty"`
	Meetings    []forum.Meeting       `json:"meetings,omitempty"`
	Adaptations []fidelity.Adaptation `json:"adaptations,omitempty"`
	Reviews     []fidelity.Review     `json:"reviews,omitempty"`

	Posts     int                        `json:"posts,omitempty"` // that are paid for
	Partners  []string                   `json:"partners,omitempty"`
	Referrers []referrer                 `json:"referrers,omitempty"`
	Required  []training.Requirement     `json:"required,omitempty"`
	Open      map[workforce.WorkerID]int `json:"open,omitempty"` // people with each worker on the last day
	Taken     int                        `json:"taken,omitempty"`
	Referrals int                        `json:"referrals,omitempty"`
}

func (d documents) records() measure.Records {
	r := measure.Records{
		Pressures: d.Pressures, Sessions: d.Sessions, Completions: d.Completions, Days: d.Days, Sites: d.Sites,
		Requests: d.Requests, Meetings: d.Meetings, Adaptations: d.Adaptations, Reviews: d.Reviews,
	}
	for _, w := range d.Workers {
		one := w.Worker
		one.Employment = sp.Hide(w.Employment)
		r.Team = append(r.Team, one)
	}
	return r
}

func (d documents) scheme() measure.Scheme {
	s := measure.Scheme{Posts: d.Posts, Partners: d.Partners, Required: d.Required, Open: d.Open, Taken: d.Taken, Referrals: d.Referrals}
	for _, r := range d.Referrers {
		s.Referrers = append(s.Referrers, training.Learner{ID: r.ID, Roles: r.Roles, Since: r.Since})
	}
	return s
}

// read returns the records of a vector as another program would read them.
func read(t *testing.T, folder string) (d documents) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, "records.json"))
	require.NoError(t, err)
	in := json.NewDecoder(strings.NewReader(string(data)))
	in.DisallowUnknownFields()
	require.NoError(t, in.Decode(&d))
	return d
}

// saidOf returns the figures of one number.
func saidOf(figures []workforce.Figure, number int) (said []string) {
	for _, f := range figures {
		if f.Number == number {
			e := f.Estimate
			said = append(said, fmt.Sprintf("%s: %.0f of %.3f is %.3f; %d", f.Name, e.Numerator, e.Denominator, e.Value, f.Excluded))
		}
	}
	return said
}

func TestRecordsFiguresComputeTheirVectors(t *testing.T) {
	for name, v := range vectors {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join("testdata/vectors", name)
			words, err := json.MarshalIndent(map[string]any{"number": v.number, "words": v.words, "from": year.Start, "before": year.End}, "", "\t")
			require.NoError(t, err)
			var table strings.Builder
			table.WriteString("figure,numerator,denominator,value,left out\n")
			for _, w := range v.want {
				name, rest, _ := strings.Cut(w, ": ")
				fmt.Fprintf(&table, "%q,%s\n", name, strings.NewReplacer(" of ", ",", " is ", ",", "; ", ",").Replace(rest))
			}
			for file, text := range map[string]string{"definition.json": string(words) + "\n", "expected.csv": table.String()} {
				if *update {
					require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644))
				}
				got, err := os.ReadFile(filepath.Join(folder, file))
				require.NoError(t, err)
				require.Equal(t, text, string(got), "go test ./workforce/measure -update")
			}
			d := read(t, folder)
			figures, err := d.records().Figures(d.scheme(), year)
			require.NoError(t, err)
			require.Equal(t, v.want, saidOf(figures, v.number))
		})
	}
	folders, err := filepath.Glob("testdata/vectors/*")
	require.NoError(t, err)
	require.Len(t, folders, len(vectors))
}
