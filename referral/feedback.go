package referral

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Medium is how a referral reached the scheme.
type Medium string

// The media. Of the first alone nobody has to type anything again.
const (
	Structured Medium = "structured"  // a coded message from one program to another
	OnlineForm Medium = "online-form" // filled in by whoever refers
	ByEmail    Medium = "email"
	ByLetter   Medium = "letter"
	ByPhone    Medium = "phone"
	InPerson   Medium = "in-person"
)

var media = []Medium{Structured, OnlineForm, ByEmail, ByLetter, ByPhone, InPerson}

// Media returns all media.
func Media() []Medium { return slices.Clone(media) }

type (
	// FeedbackAcknowledged says that the referrer has read or filed what they were told.
	FeedbackAcknowledged struct {
		Document DocumentID `json:"document"` // of [FeedbackSent]
	}
	// FeedbackCoded says that what the referrer was told stands in the person's record there
	// as a code, and not only as a letter.
	FeedbackCoded struct {
		Document DocumentID `json:"document"`       // of [FeedbackSent]
		Code     string     `json:"code,omitempty"` // such as a concept of SNOMED CT; empty is not known
	}
)

// EventType returns the stored name.
func (FeedbackAcknowledged) EventType() store.EventType { return EventFeedbackAcknowledged }

// EventType returns the stored name.
func (FeedbackCoded) EventType() store.EventType { return EventFeedbackCoded }

func (FeedbackAcknowledged) apply(*Referral, sp.Stamp) {}
func (FeedbackCoded) apply(*Referral, sp.Stamp)        {}

// SendFeedback records that the referrer was told how things stand, by the ID of
// the document. They are owed nothing until there is more to tell; what happened
// after it was sent is more, even if the sending is noted later.
func (r *Referral) SendFeedback(document DocumentID, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(document), "document")
	return r.do(SendFeedback, "", s, e.Fields, FeedbackSent{document})
}

// AcknowledgeFeedback records that the referrer has read or filed a document: they say so
// themselves, or their program does.
func (r *Referral) AcknowledgeFeedback(document DocumentID, s sp.Stamp) error {
	var e sp.InvalidError
	r.checkSent(&e, document)
	return r.do(AcknowledgeFeedback, "", s, e.Fields, FeedbackAcknowledged{document})
}

// CodeFeedback records that the referrer has put what a document says into the person's
// record as a code. The code may be left out where only the fact is known.
func (r *Referral) CodeFeedback(document DocumentID, code string, s sp.Stamp) error {
	var e sp.InvalidError
	r.checkSent(&e, document)
	e.Check(code == "" || sp.ValidCode(code), "code", sp.Malformed, sp.CodeRule)
	return r.do(CodeFeedback, "", s, e.Fields, FeedbackCoded{document, code})
}

func (r *Referral) checkSent(e *sp.InvalidError, document DocumentID) {
	e.CheckID(string(document), "document")
	sent := false
	for x := range r.root.History() {
		f, is := x.Event.(FeedbackSent)
		sent = sent || is && f.Document == document
	}
	e.Check(!r.told || sent, "document", sp.NotListed, "must be one that was sent to the referrer")
}
