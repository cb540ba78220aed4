package page_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/page"
)

var update = flag.Bool("update", false, "write the golden pages anew")

var frame = page.Frame{
	Site: "Sandholme Link", Who: "Ann Archer, link worker", Token: "token", Seen: 3, Key: "k-1",
	Pages: []page.Link{{Text: "Today", To: "/today", Here: true}, {Text: "People", To: "/people"}},
}

// views are every page in every state.
func views() map[string]page.View {
	june := page.Step{
		Who: page.Link{Text: "June Moon", To: "/people/R-1"}, Tag: page.Tag{Kind: page.Risk, Text: "You hold her risk"},
		Why: "Crisis team said no at 17:25.", Next: page.Link{Text: "Ring the crisis lead", To: "/people/R-1#concerns"},
		Safe: "07700 900471, text first, no messages", By: "9:15",
	}
	rose := page.Step{Who: page.Link{Text: "Rose Hill", To: "/people/R-2"}, Tag: page.Tag{Kind: page.Late, Text: "Late"}, Why: "The Long Table has not answered.", Next: page.Link{Text: "Ask them again"}, By: "Today"}
	var many []page.Step
	for range 1000 {
		many = append(many, rose)
	}
	form := page.Form{To: "/refer/check", Button: "Check whether it fits", Fields: []page.Field{
		{Name: "nhs", Label: "NHS number", Hint: "10 digits"},
		{Name: "need", Label: "What seems to be the trouble?", Many: true, Choices: []page.Choice{{Value: "loneliness", Text: "Loneliness"}, {Value: "debt", Text: "Debt", Hint: "or benefits"}}},
	}}
	wrong := page.Form{To: form.To, Button: form.Button, Fields: []page.Field{
		{Name: "nhs", Label: "NHS number", Hint: "10 digits", Value: "943 476 5918", Wrong: "943 476 5918 is not an NHS number: check each digit"},
		{Name: "agreed", Label: "Has the person agreed?", Wrong: "Say whether the person has agreed", Choices: []page.Choice{{Value: "yes", Text: "Yes, I asked"}, {Value: "no", Text: "No, or not asked yet"}}},
		{Name: "more", Label: "Anything else", Value: "<script>alert(1)</script>", Lines: 3},
	}}
	send := page.Form{To: "/refer", Button: "Send the referral", Fields: []page.Field{{Name: "nhs", Value: "943 476 5919"}, {Name: "need", Choices: []page.Choice{{Value: "debt", Chosen: true}}}}}
	stop := page.Form{To: "/me/stop", Button: "Carry on", Quiet: true, Fields: []page.Field{{Name: "stop", Label: "Pick one", Choices: []page.Choice{{Value: "all", Text: "Stop all of it", Hint: "No one will ring you."}}}}}
	note := page.Form{To: "/people/R-1/note", Button: "Save the note", Quiet: true, Fields: []page.Field{{Name: "note", Label: "Add a note", Lines: 3}}}
	var story []page.Entry
	for i := range 40 {
		story = append(story, page.Entry{When: fmt.Sprintf("%d March", 31-i%31), Text: "Rang; spoke."})
	}
	phq := page.Series{Name: "PHQ-9, 0 to 27, less is better", Finding: "It fell, then rose past where it began", High: 27, Points: []page.Point{{"14 Jan", 16, true}, {"25 Feb", 12, true}, {"11 Mar", 0, false}, {"30 Mar", 19, true}}}
	one := page.Series{Name: "ONS4", Finding: "Asked once", High: 10, Points: phq.Points[:1]}
	facts := []page.Fact{{Name: "Reach her", Value: "Text first: 07700 900471", Change: page.Link{Text: "Change how to reach her", To: "/people/R-1/reach"}}}
	return map[string]page.View{
		"today":        page.Today{Title: "Start with June: you hold her risk", Now: []page.Step{june}, Due: []page.Step{rose}, Coming: []page.Step{rose}},
		"today-empty":  page.Today{Title: "Nothing is waiting for you"},
		"today-many":   page.Today{Title: "1,000 people have a next step", Coming: many},
		"today-down":   page.Today{Title: "Your list could not be read", Unread: "Concerns could not be read: treat them as unknown, and ring 01632 960110."},
		"refer":        page.Refer{Form: form},
		"refer-errors": page.Refer{Form: wrong},
		"check":        page.Check{Title: "This fits, with one thing to ask", Answers: []page.Answer{{page.Tag{Kind: page.Good, Text: "Yes"}, "is 18 or older"}, {page.Tag{Kind: page.Late, Text: "Not known"}, "can be reached"}}, By: "Tuesday 15 December", Sent: facts, Form: send},
		"check-not":    page.Check{Title: "This is not for us", Answers: []page.Answer{{page.Tag{Text: "No"}, "must be 18 or older"}}},
		"person": page.Person{
			Name: "June Moon", Tag: page.Tag{Kind: page.Risk, Text: "Risk: you hold it"}, Next: "Get a yes from the crisis team by 9:15", Danger: "Crisis team said no at 17:25.",
			Act: page.Link{Text: "Write down the yes or no", To: "#concerns"}, Facts: facts, Concerns: []page.Entry{{"30 March, 16:10", "Ann raised it. Ann holds it."}},
			Own: "I want to sing again.", Needs: []page.Answer{{page.Tag{Kind: page.Late, Text: "Nothing yet"}, "Loneliness"}}, Going: facts,
			Measures: []page.Series{phq, one}, Story: story, Notes: story[:2], Told: facts, NotYet: "It cannot be closed yet: a concern has no yes.", Note: note,
		},
		"person-new":        page.Person{Name: "Mia Wells", Next: "Speak to her", Hidden: []string{"notes"}},
		"options":           page.Options{Title: "One could help June with loneliness", Fits: []page.Option{{Name: "The Long Table", Where: "Tidewell Centre", Because: []string{"12 minutes on foot"}, Ask: []string{"is there room?"}, Room: "2 places free", Form: page.Form{To: "/people/R-1/offer", Button: "Choose The Long Table", Fields: []page.Field{{Name: "offer", Value: "S-1"}}}}}, Misses: []page.Miss{{"Lunch Club", "the fee of £6 is paid", "the small fund"}}},
		"options-none":      page.Options{Title: "Nothing fits June for debt", Wait: "Wait until somebody holds the risk, or say why not."},
		"offer":             page.Offer{Title: "Ask The Long Table for a place for June", Now: []string{"that somebody is lonely"}, Yes: []string{"first name", "phone"}, Not: []string{"grief"}, AnswerBy: "Monday 14 December", Kept: "Monday 14 December", Form: page.Form{To: "/offers", Button: "Send and keep the place"}},
		"provider":          page.Provider{Title: "Can you offer somebody a place?", AskedBy: "Ann Archer, link worker", Facts: facts, Form: page.Form{To: "/answer/PL-1", Button: "Send your answer", Fields: []page.Field{{Name: "answer", Label: "Your answer", Choices: []page.Choice{{Value: "yes", Text: "Yes, she can come"}, {Value: "no", Text: "No, we cannot"}}}}}},
		"provider-answered": page.Provider{Title: "You said yes", Facts: facts, Said: "Thank you: we have your answer.", Attend: page.Form{To: "/answer/PL-1/came", Button: "Save", Fields: []page.Field{{Name: "came", Label: "On Wednesday 9 December", Choices: []page.Choice{{Value: "yes", Text: "She came"}, {Value: "no", Text: "She did not come"}}}}}},
		"lead":              page.Lead{Title: "June's risk is still ours", Now: []page.Step{june}, Loads: []page.Load{{Who: page.Link{Text: "Ann Archer"}, People: 40, Points: 262, Cap: 270, Room: page.Tag{Kind: page.Late, Text: "Nearly full"}, Risk: "Holds 1 concern", Supervision: page.Tag{Kind: page.Good, Text: "On time"}}}, Waiting: []page.Step{rose}, Over: page.Form{To: "/team/over", Button: "Offer them", Fields: []page.Field{{Name: "to", Label: "To whom", Choices: []page.Choice{{Value: "ben", Text: "Ben Brook, room for 8"}}}}}},
		"lead-empty":        page.Lead{Title: "Nobody waits"},
		"board":             page.Board{Title: "More than half of needs stay unmet: the services are full", AsOf: "30 November 2026", Headlines: []page.Headline{{"54 %", "122 of 227", "47 to 60", "of needs found were still there"}}, Tables: []page.Table{{Name: "Needs that were not met", Columns: []string{"Need", "Declined"}, Rows: [][]string{{"Loneliness", "14"}, {"Debt", "fewer than 10"}}, Note: "Source: the log."}}, Report: page.Link{Text: "The report", To: "/board/report"}},
		"board-empty":       page.Board{Title: "There is nothing to count yet", AsOf: "30 November 2026"},
		"mine":              page.Mine{Name: "Rose", Next: "Ann will ring you on Thursday.", Worker: "Ann", Phone: "01632960021", Story: []page.Entry{{"31 March", "We asked The Long Table if you can come."}}, Told: []page.Fact{{Name: "The Long Table", Value: "They know that a woman is lonely."}}, Stop: stop, Lead: "Lena Lake, 01632 960020"},
		"forbidden":         page.Notice{Title: "You may not see this page", Text: "If you need to, to keep somebody safe, ring your lead.", Links: []page.Link{{Text: "Back to today", To: "/today"}}},
		"stale":             page.Notice{Title: "Somebody was faster", Text: "Nothing of yours is lost or saved yet.", Kept: []page.Fact{{Name: "Note", Value: "Rang. Sad today."}}, Form: page.Form{To: "/people/R-1/note", Button: "Save mine as well", Fields: []page.Field{{Name: "note", Value: "Rang. Sad today."}}}},
		"down":              page.Notice{Title: "We cannot save just now", Text: "What you wrote is still here. If it is about safety, ring, do not wait.", Risk: true, Form: page.Form{To: "/refer", Button: "Try again"}},
		"ask":               page.Ask{Title: "What did you talk about?", Text: "Write it down while you remember it.", Facts: facts, Form: wrong, Links: []page.Link{{Text: "Back", To: "/today"}}},
		"expired":           page.Notice{Title: "This link has ended", Text: "Ask for a new one; it goes to the address that we hold."},
	}
}

func draw(t *testing.T, w page.Words, v page.View) string {
	t.Helper()
	pages, err := page.New("en-GB", w)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, pages.Write(&b, frame, v))
	return b.String()
}

func TestPagesAreTheGoldenOnes(t *testing.T) {
	for name, v := range views() {
		t.Run(name, func(t *testing.T) {
			got := draw(t, nil, v)
			if name == "today-many" { // a thousand times the same
				return
			}
			golden := filepath.Join("testdata", name+".html")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got, "go test -update, and look at the difference")
		})
	}
}

var (
	posts   = regexp.MustCompile(`(?s)<form[^>]*>.*?</form>`)
	targets = regexp.MustCompile(`(?:href="#|\sfor="|aria-labelledby=")([^"]+)"`)
	ids     = regexp.MustCompile(`\sid="([^"]+)"`)
	primary = regexp.MustCompile(`<button>|<button class="risk">|class="btn"|class="btn risk"`)
	loads   = regexp.MustCompile(`(?:src|srcset|<link rel="stylesheet" href)="([^"]*)"`)
	bare    = regexp.MustCompile(`>([^<>{}]*[[:alpha:]][^<>{}]*)<`)
	quoted  = regexp.MustCompile(`[-a-z]+="[^"]*"`)
	actions = regexp.MustCompile(`{{.*?}}`)
)

func TestPagesKeepTheirPromises(t *testing.T) {
	for name, v := range views() {
		t.Run(name, func(t *testing.T) {
			html := draw(t, nil, v)
			for _, never := range []string{"<script", " style=", " onclick", "{{", "ZgotmplZ", `method="get"`, "disabled"} {
				require.NotContains(t, html, never)
			}
			require.Equal(t, 1, strings.Count(html, "<h1"), "one heading")
			require.Contains(t, html, " - Sandholme Link</title>")
			for _, form := range posts.FindAllString(html, -1) {
				for _, part := range []string{`method="post"`, `name="form_token" value="token"`, `name="key" value="k-1"`, `name="seen" value="3"`} {
					require.Contains(t, form, part)
				}
			}
			known := map[string]bool{}
			for _, id := range ids.FindAllStringSubmatch(html, -1) {
				require.False(t, known[id[1]], "%s stands there twice", id[1])
				known[id[1]] = true
			}
			for _, to := range targets.FindAllStringSubmatch(html, -1) {
				require.True(t, known[to[1]], "nothing is called %s", to[1])
			}
			require.LessOrEqual(t, len(primary.FindAllString(html, -1)), 1, "one button is the first")
			for _, load := range loads.FindAllStringSubmatch(html, -1) {
				require.Equal(t, "/desk.css", load[1], "the one request")
			}
			if name != "today-many" {
				require.Less(t, len(html)+len(page.Style()), 100_000)
			}
		})
	}
}

func TestPagesSayWhatIsWrongAndNeverWhatWouldBeRight(t *testing.T) {
	html := draw(t, nil, views()["refer-errors"])
	require.Contains(t, html, "2 things to put right")
	require.Contains(t, html, `href="#nhs"`)
	require.Contains(t, html, `value="943 476 5918"`, "what was typed is kept")
	require.NotContains(t, html, "5919", "the right check digit invites to mend a wrong number")
	require.Contains(t, html, "&lt;script&gt;")
	require.Contains(t, html, "<title>Error: ")
}

func TestMineSaysNothingOfConcerns(t *testing.T) {
	html := strings.ToLower(draw(t, nil, views()["mine"]))
	for _, never := range []string{"concern", "risk", "safeguarding", "crisis"} {
		require.NotContains(t, html, never)
	}
}

func TestSeriesOfOnePointHasNoLine(t *testing.T) {
	require.Empty(t, page.Series{High: 10, Points: []page.Point{{"14 Jan", 3, true}}}.Line())
	s := page.Series{High: 10, Points: []page.Point{{"14 Jan", 3, true}, {"25 Feb", 0, false}, {"30 Mar", 5, true}}}
	require.Len(t, s.Marks(), 2, "what was not asked has no place")
}

func TestWordsReachEveryPage(t *testing.T) {
	all, err := page.English()
	require.NoError(t, err)
	require.Greater(t, len(all), 60)
	other := page.Words{}
	for _, w := range all {
		other[w] = "«" + w + "»"
	}
	html := draw(t, other, page.Mine{Name: "Rose", Next: "-"})
	require.Contains(t, html, "«We have told no one outside our team.»")
	require.Contains(t, html, "«Leave this page fast»")
	require.Contains(t, html, "«Your page, Rose»")
}

func TestTemplatesSpeakThroughTheTableAlone(t *testing.T) {
	files, err := filepath.Glob("templates/*.html")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, found := range bare.FindAllStringSubmatch(quoted.ReplaceAllString(actions.ReplaceAllString(string(text), ""), ""), -1) {
			t.Errorf("%s says %q by itself", f, found[1])
		}
	}
}

func BenchmarkPagesWrite(b *testing.B) {
	pages, err := page.New("en-GB", nil)
	require.NoError(b, err)
	v := views()["person"]
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := pages.Write(&out, frame, v); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes/page")
}
