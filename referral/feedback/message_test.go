package feedback_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral/feedback"
)

func TestMessageHasAParagraphForEachRunOfAHeading(t *testing.T) {
	var m feedback.Message
	m.Add("Contact", "one", "two")
	m.Add("Contact", "three")
	m.Add("Support")
	m.Add("Outcome", "four")
	m.Add("Contact", "five")
	require.Equal(t, []feedback.Paragraph{
		{Heading: "Contact", Lines: []string{"one", "two", "three"}}, {Heading: "Outcome", Lines: []string{"four"}}, {Heading: "Contact", Lines: []string{"five"}},
	}, m.Paragraphs)
}

func TestMessageNotesEachFieldThatItTells(t *testing.T) {
	m := feedback.Message{Told: []consent.Told{{Field: "status"}, {Field: "needs"}}, Withheld: []consent.Withheld{{Field: "flags"}}}
	require.Equal(t, []consent.Item{{Field: "status"}, {Field: "needs"}}, m.Items())
	require.Empty(t, (&feedback.Message{}).Items())
}
