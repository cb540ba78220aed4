package referral_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/transition"
)

// TestTheDocsAreTheTables keeps docs/pathway.md what the tables say. With
// -update it is written anew.
func TestTheDocsAreTheTables(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# The pathway

A *referral* is a person's way through a scheme. A *placement* is one attempt to have one service meet some of their needs. A *session* is
one planned attendance. Waiting, attempts to reach the person and missed sessions are not states: they happen within one.

This page is written by a test from the tables that decide (` + "`referral.Table`, `placement.Table`, `session.Table`, `needs.Table`" + `). Commands are checked
against them; replay is not. A command that is refused changes nothing and says what would have been legal.
`)
	section(&b, "Referral", referral.Table(),
		"It ends through its case alone, which withdraws what is still open of it in the same commit. It never ends while a crisis or safeguarding flag is open, since somebody has to accept the hand-over first, nor while an alert of a questionnaire that the person filled in waits for an answer.")
	section(&b, "Placement", placement.Table(),
		"A signpost or a self-referral starts without a yes of the provider, who learns nothing from us. Of several offers in a group the first yes counts, and the others are withdrawn with their sessions in the same commit.")
	section(&b, "Session", session.Table(),
		"A missed session ends nothing: the placement goes on at the same step or a gentler one.")
	section(&b, "Assessment", needs.Table(),
		"What a link worker and a person find out together. It does not close while anything in it waits.")
	b.WriteString("\n## Reasons\n\nList " + reason.Version + ". The code of the NHS Booking and Referral Standard is given where it has one; schemes add their own.\n\n| code | because | whose | then | BaRS |\n|---|---|---|---|---|\n")
	for _, r := range reason.List() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Code, r.Means, r.Whose, r.Effect, r.NHS.Code)
	}
	b.WriteString("\n## Missed sessions\n\n| cause | at group, offer next | then | |\n|---|---|---|---|\n")
	for _, cause := range []session.Cause{session.Anxiety, session.NoTransport, session.Cost, session.Illness, session.Refusal, session.UnknownCause} {
		a := session.Advise(session.Group, cause)
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cause, a.Next, a.Rebook, a.Do)
	}
	words(&b)
	goldentest.Equal(t, "../docs/pathway.md", b.String())
}

// words writes how each state of a placement is said to others, and what that
// does not tell them.
func words(b *strings.Builder) {
	dialects := []crosswalk.Dialect{crosswalk.FHIRTask(), crosswalk.BaRS(), crosswalk.BSeR(), crosswalk.Findhelp()}
	b.WriteString("\n## In the words of others\n\nWhat a word does not tell is in brackets; a dash is no word at all. Package `referral/crosswalk` understands the words as well.\n\n| placement |")
	for _, d := range dialects {
		b.WriteString(" " + d.Name + " " + d.Version + " |")
	}
	b.WriteString("\n|---|---|---|---|---|\n")
	for _, state := range placement.Table().States() {
		fmt.Fprintf(b, "| %s |", state)
		for _, d := range dialects {
			word, lost := d.Say(crosswalk.Status{State: state})
			if word == "" {
				word = "-"
			}
			if lost != "" {
				word += " (" + lost + ")"
			}
			b.WriteString(" " + word + " |")
		}
		b.WriteString("\n")
	}
}

func section[S, C ~string](b *strings.Builder, title string, m transition.Table[S, C], text string) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n```mermaid\n%s```\n\n%s", title, text, m.Diagram(), m.Markdown())
}
