package letter_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/feedback"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/transition"
)

// masked is a translation in which every letter is an x.
func masked() words.Table {
	t := words.English()
	for _, said := range t {
		for code, text := range said {
			said[code] = mask(text)
		}
	}
	return t
}

var part = regexp.MustCompile(`\{[a-z]+\}`)

func mask(text string) string {
	cross := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return 'x'
			}
			return r
		}, s)
	}
	var b strings.Builder
	for {
		at := part.FindStringIndex(text)
		if at == nil {
			return b.String() + cross(text)
		}
		b.WriteString(cross(text[:at[0]]) + text[at[0]:at[1]])
		text = text[at[1]:]
	}
}

// What is left in letters when every word of the table is crossed out is an identifier, or
// it is a word that nobody can translate.
func TestWordingHasEveryWordThatAReaderIsTold(t *testing.T) {
	w := letter.Wording{Words: masked(), Service: func(directory.ID) string { return "1" }}
	known := regexp.MustCompile(`\b(?:R|F|PL|A|S)-[\w-]+|crisis-team|team-[\w-]+|[\w-]+/[\w-]+`)
	world := referraltest.NewWorld(3)
	for _, c := range append(world.Cases, long(t)) {
		for _, reader := range []sp.Actor{aloud, {ID: "P-1", Role: sp.RolePerson}} {
			lines := letter.Story(c, w, reader, everything{}).Lines
			for _, line := range lines {
				said := known.ReplaceAllString(line.Day+" "+line.Text+" "+line.Next, "")
				require.Empty(t, strings.Trim(letters(said), "x"), said)
			}
		}
		m := letter.MessageBack(c, w, everything{}, referraltest.Day(90))
		said := known.ReplaceAllString(m.String(), "")
		require.Empty(t, strings.Trim(letters(said), "x"), said)
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// In Welsh a letter has its own months, its own way to count, and its own sentences.
func TestALetterCanBeWrittenInWelsh(t *testing.T) {
	welsh := words.Table{
		words.Dates:  {"3": "Mawrth"},
		words.Counts: {"day": "{n} diwrnod", "day/2": "deuddydd", "attempt": "{n} ymgais"},
		words.Letters: {
			"received": "Derbyniwyd ar {day}.", "not-spoken-yet": "Heb siarad eto, ar ôl {time} a {attempts}.", "heading/contact": "Cyswllt",
		},
	}
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateReceived))
	m := letter.MessageBack(c, letter.Wording{Words: welsh}, everything{}, referraltest.Day(0).Add(49*time.Hour))
	require.Equal(t, []string{"Derbyniwyd ar 2 Mawrth 2026."}, m.Paragraphs[0].Lines)
	require.Equal(t, feedback.Paragraph{Heading: "Cyswllt", Lines: []string{"Heb siarad eto, ar ôl deuddydd a 0 ymgais."}}, m.Paragraphs[1])
}

// Goals are said to be met where there were any, and each was looked at again and reached.
func TestMessageBackSpeaksOfGoalsAtTheEndOnlyWhereTheyWereReached(t *testing.T) {
	for _, tt := range []struct {
		name     string
		reviewed []needs.Outcome // a goal each; empty goes on
		told     bool
		want     string
	}{
		{"reached", []needs.Outcome{needs.Met}, true, "Closed: goals met."},
		{"reached, but for one that was given up", []needs.Outcome{needs.Met, needs.Withdrawn}, true, "Closed: goals met."},
		{"no goal was set", nil, true, "Closed; what was needed was found."},
		{"one goes on", []needs.Outcome{needs.Met, ""}, true, "Closed; what was needed was found."},
		{"one was not reached", []needs.Outcome{needs.Met, needs.NotMet}, true, "Closed; what was needed was found."},
		{"all were given up", []needs.Outcome{needs.Withdrawn}, true, "Closed; what was needed was found."},
		{"the result may not be told", []needs.Outcome{needs.Met}, false, "Closed."},
	} {
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
		worker := func(day int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, day) }
		a := needs.New("A-1", transition.TableOnly{})
		require.NoError(t, a.Open(c.Referral.Person(), worker(4)))
		require.NoError(t, a.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness}, nil, worker(4)))
		for i, outcome := range tt.reviewed {
			id := needs.ID("G-" + string(rune('1'+i)))
			require.NoError(t, a.SetGoal(id, []needs.ID{"N-1"}, sp.DateOf(referraltest.Day(30)), worker(5)))
			if outcome != "" {
				require.NoError(t, a.Review(needs.Reviewed{Goal: id, Outcome: outcome}, worker(20)))
			}
		}
		c.Assessments = append(c.Assessments, a)
		require.NoError(t, c.Close(needs.Result{Outcome: needs.Met}, worker(30)))
		var may everythingBut
		if !tt.told {
			may = everythingBut(letter.FieldResult)
		}
		m := letter.MessageBack(c, letter.Wording{}, may, referraltest.Day(40))
		require.Equal(t, []string{tt.want}, m.Paragraphs[len(m.Paragraphs)-1].Lines, tt.name)
		lines := letter.Story(c, letter.Wording{}, aloud, may).Lines
		require.Equal(t, tt.want == "Closed: goals met.", strings.Contains(lines[len(lines)-1].Text, "you have reached your goals"), tt.name)
	}
}

// everythingBut allows every field but one.
type everythingBut string

func (everythingBut) SeeSensitive(sp.Actor, consent.Audience, person.ID, string) error { return nil }

func (b everythingBut) See(_ sp.Actor, _ person.ID, field string) error {
	if field == string(b) {
		return sp.ErrDenied
	}
	return nil
}

// Whoever was told where to go is spoken to, and not of.
func TestStoryEndSpeaksToThePerson(t *testing.T) {
	for _, outcome := range []needs.Outcome{needs.Met, needs.NotMet, needs.Signposted, needs.SelfReferred, needs.UnknownOutcome} {
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
		require.NoError(t, c.Close(needs.Result{Outcome: outcome}, referraltest.By(sp.RoleLinkWorker, 9)))
		lines := letter.Story(c, letter.Wording{}, aloud, everything{}).Lines
		require.NotContains(t, lines[len(lines)-1].Text, "person", outcome)
		require.Contains(t, lines[len(lines)-1].Text, "come back at any time")
	}
}
