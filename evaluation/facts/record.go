package facts

import (
	"slices"

	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory/quality"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/voice"
)

// The tables of messages, adjustments, requests and invoices.
var (
	// Messages are those to the referrer on how things stand, by the ID of the document.
	Messages = evaluation.Parts("message to a referrer", Referrals)
	// Adjustments are the reasonable adjustments of a placement, by code.
	Adjustments = evaluation.Parts("adjustment", Placements)
	// Requests are those to be told more of a person.
	Requests = evaluation.Parts("request for information", Permissions)
	// Awards are those of package grant, and Invoices those that came under them.
	Awards   = evaluation.Opened(grant.AwardKind, nil, func(grant.AwardOffered) string { return "" }).Stored(read(grant.DecodeAwardEvent))
	Invoices = evaluation.Parts("invoice", Awards)
)

// Facts of messages and of how a referral came.
var (
	Medium       = evaluation.Code(Referrals, evaluation.Text(func(e referral.Received) string { return string(e.Medium) }))
	MessageSent  = evaluation.First(Messages, evaluation.Naming(func(e referral.FeedbackSent) []string { return []string{string(e.Document)} }))
	MessageRead  = evaluation.First(Messages, evaluation.Naming(func(e referral.FeedbackAcknowledged) []string { return []string{string(e.Document)} }))
	MessageCoded = evaluation.First(Messages, evaluation.Naming(func(e referral.FeedbackCoded) []string { return []string{string(e.Document)} }))
)

// What AdjustmentNoted can say.
const (
	AdjustmentMet    = "met"
	AdjustmentNotMet = "not-met"
)

// Facts of adjustments.
var (
	// AdjustmentAsked is the day on which a provider was told of it, or it was noted.
	AdjustmentAsked = evaluation.First(Adjustments,
		evaluation.Naming(func(e placement.Offered) []string { return adjustments(e.Disclosed) }),
		evaluation.Naming(func(e placement.Disclosed) []string { return adjustments(e.Items) }),
		evaluation.Naming(func(e placement.AdjustmentsNoted) []string { return slices.Concat(e.Met, e.NotMet) }))
	// AdjustmentNoted is the last word on whether it was there.
	AdjustmentNoted = evaluation.Code(Adjustments,
		evaluation.Text(func(placement.AdjustmentsNoted) string { return AdjustmentMet }).Naming(func(e placement.AdjustmentsNoted) []string { return e.Met }),
		evaluation.Text(func(placement.AdjustmentsNoted) string { return AdjustmentNotMet }).Naming(func(e placement.AdjustmentsNoted) []string { return e.NotMet }))
)

// Facts of requests for information, of invoices, and of statements that are no answers to questions.
var (
	Requested = evaluation.First(Requests, evaluation.Naming(func(e register.Requested) []string { return []string{string(e.Request)} }))
	Replied   = evaluation.First(Requests, evaluation.Naming(func(e register.Replied) []string { return []string{string(e.Request)} }))

	InvoiceReceived = evaluation.First(Invoices, evaluation.Naming(func(e grant.InvoiceReceived) []string { return []string{string(e.Invoice)} }))
	InvoicePaid     = evaluation.First(Invoices, evaluation.Naming(func(e grant.InvoicePaid) []string { return []string{string(e.Invoice)} }))

	// SaidAs is the kind of a statement, and Answered the day on which somebody answered it.
	SaidAs   = evaluation.Code(Statements, evaluation.Text(func(e voice.Said) string { return string(e.Kind) }))
	Answered = evaluation.First(Statements, voice.Answered{})
	// ListingRight is whether a listing that was tried is right: "yes", "no" or "unknown", as
	// [quality.CheckOf] says. Other statements have none.
	ListingRight = evaluation.Code(Statements, evaluation.Text(func(e voice.Said) string {
		if e.Kind != voice.Listing {
			return ""
		}
		codes := make([]voice.Code, len(e.Items))
		for i, item := range e.Items {
			codes[i] = item.Code
		}
		return quality.CheckOf(0, codes...).Right.String()
	}))
)

func adjustments(items []placement.Item) (codes []string) {
	for _, item := range items {
		if item.Field == placement.FieldAdjustment && item.Code != "" {
			codes = append(codes, item.Code)
		}
	}
	return codes
}
