package directory

import (
	"strings"

	"github.com/socialprescribing/sp"
)

// A Status says whether a service exists and operates, according to its feed. The
// list is open.
type Status string

// The statuses of HSDS 3. The zero Status is unknown.
const (
	Active            Status = "active"
	Inactive          Status = "inactive"
	Defunct           Status = "defunct"
	TemporarilyClosed Status = "temporarily closed"
)

// Open reports whether a service of this status takes people.
func (s Status) Open() sp.Truth {
	switch s {
	case Active:
		return sp.Yes
	case Inactive, Defunct, TemporarilyClosed:
		return sp.No
	}
	return sp.Unknown
}

// A Mode is a way in which a service reaches people, or in which somebody would
// take help. The list is open.
type Mode string

// The modes.
const (
	InPerson  Mode = "in-person" // where the service is
	Online    Mode = "online"
	Telephone Mode = "telephone"
	HomeVisit Mode = "home-visit"
)

// A Language is a tag of BCP 47, such as "en", "cy", "ur" or "bfi" for British
// Sign Language, or the feed's own words where it has no tag.
type Language string

// A Route is a way in to a service. The list is open.
type Route string

// The routes.
const (
	SelfReferral       Route = "self"
	LinkWorkerReferral Route = "link-worker"
	Professional       Route = "professional" // any professional: GP, nurse, school, housing officer
)

// A Format is how a service is held: as a group, a class, advice for one. What people do
// there is among its topics. The list is open.
type Format string

// The formats.
const (
	GroupFormat  Format = "group" // people meet, in a choir or over lunch
	Course       Format = "class" // something is taught or practised
	OneToOne     Format = "one-to-one"
	Advice       Format = "advice"
	Befriending  Format = "befriending"
	Volunteering Format = "volunteering"
	Event        Format = "event" // once, or a few times
)

// Facts are what is known about a service, or about one offer of it, and decide
// whom it fits and how well. Whatever the feed does not state is unknown; in the
// zero Facts everything is.
type Facts struct {
	Status      Status           `json:"status,omitempty"`
	Topics      []sp.Code        `json:"topics,omitempty"` // terms of any taxonomies: what it helps with
	Eligibility Eligibility      `json:"eligibility,omitzero"`
	Area        ServiceArea      `json:"area,omitzero"`
	Cost        Cost             `json:"cost,omitzero"`
	Delivery    Truths[Mode]     `json:"delivery,omitempty"`
	Languages   Truths[Language] `json:"languages,omitempty"`
	Access      Truths[Access]   `json:"access,omitempty"`
	Routes      Truths[Route]    `json:"routes,omitempty"`
	Schedules   []Schedule       `json:"schedules,omitempty"`
	Capacity    Capacity         `json:"capacity,omitzero"`
	FundedUntil sp.Date          `json:"fundedUntil,omitzero"` // the last day that is paid for
	Format      Format           `json:"activity,omitempty"`   // what kind of a thing it is
	GroupSize   sp.Known[int]    `json:"groupSize,omitzero"`   // most people at one session; 1 is one to one
	DropIn      sp.Truth         `json:"dropIn,omitzero"`      // whether people may come without arranging it
	Welcome     string           `json:"welcome,omitempty"`    // who meets people when they come for the first time, in words
	Intake      string           `json:"intake,omitempty"`     // where or with whom people begin, in words, if not where it happens
	Freshness   Freshness        `json:"freshness,omitzero"`
}

// Over reports whether every schedule of f ended before a day, as of a course of
// last summer. A service without a schedule, or with one that has no end, is not
// over, and on an unknown day nothing is.
func (f *Facts) Over(on sp.Date) bool {
	for i := range f.Schedules {
		if until := f.Schedules[i].Until; until.IsZero() || until >= on {
			return false
		}
	}
	return len(f.Schedules) > 0
}

// Speaks reports whether one of some languages is spoken: Yes if one is, No if none
// is, and otherwise Unknown. Capitals make no difference, as in BCP 47.
func (f *Facts) Speaks(languages ...Language) sp.Truth {
	answer := sp.No
	for _, language := range languages {
		spoken, stated := f.Languages[language]
		if !stated {
			spoken = sp.Unknown
			for tag, truth := range f.Languages {
				if strings.EqualFold(string(tag), string(language)) && (spoken != sp.Yes && truth.Known()) {
					spoken = truth
				}
			}
		}
		answer = answer.Or(spoken)
	}
	return answer
}

// A Service is something that an organisation does for people.
type Service struct {
	ID            ID     `json:"id"`
	Organisation  ID     `json:"organisation,omitempty"` // empty is unknown
	Name          string `json:"name"`
	AlternateName string `json:"alternateName,omitempty"`
	Description   string `json:"description,omitempty"` // plain text
	URL           string `json:"url,omitempty"`
	Email         string `json:"email,omitempty"`
	Apply         string `json:"apply,omitempty"` // how to apply, in words
	Alert         string `json:"alert,omitempty"` // what users should know before anything else

	Facts

	Phones     []Phone    `json:"phones,omitempty"`
	Contacts   []Contact  `json:"contacts,omitempty"`
	Provenance Provenance `json:"provenance,omitzero"`
	Extra      Extra      `json:"extra,omitempty"`
}

// A Phone is a telephone number as written in its feed.
type Phone struct {
	ID           string `json:"id,omitempty"` // the feed's own, if it has one
	Number       string `json:"number"`
	Extension    string `json:"extension,omitempty"`
	Kind         string `json:"kind,omitempty"` // voice, fax, text ...
	Note         string `json:"note,omitempty"`
	Confidential bool   `json:"confidential,omitempty"` // not to be published
}

// A Contact is somebody to speak to. Their name prints as "[personal]" and is
// written only as JSON.
type Contact struct {
	ID     string           `json:"id,omitempty"` // the feed's own, if it has one
	Name   sp.Plain[string] `json:"name,omitzero"`
	Title  string           `json:"title,omitempty"` // their position
	Email  string           `json:"email,omitempty"`
	Phones []Phone          `json:"phones,omitempty"`
}
