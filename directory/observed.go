package directory

import (
	"time"

	"github.com/socialprescribing/sp"
)

// Observed is what became of the requests that were sent to a service, until some time:
// what it did, beside what it says of itself. Package evaluation/observed makes it from
// the event log. It is about a service and not about people; still, counts of a few
// requests are small numbers, so publish none without disclosure control.
//
// Answers of the person, who may say no as well, are not the service's and count
// nowhere here.
type Observed struct {
	Service ID        `json:"service"`
	Until   time.Time `json:"until"` // what happened later is not in it

	Asked    int `json:"asked"`    // requests that the service answered, or did not answer in time
	Accepted int `json:"accepted"` // of these: a yes, or a place on its own waiting list
	Full     int `json:"full"`     // of these: a no since there was no room
	Refused  int `json:"refused"`  // of these: a no for any other reason
	Silent   int `json:"silent"`   // of these: no answer in time

	// Share is Accepted of Asked, with the limits of Wilson's interval at a confidence of
	// 95 %. It is unknown if nothing was asked.
	Share sp.Known[ObservedShare] `json:"share,omitzero"`

	// ReplyDays is within how many days half of all requests were answered, those that
	// nobody answered yet or in time included; unknown if fewer than half were.
	ReplyDays sp.Known[int] `json:"replyDays,omitzero"`

	// WaitDays is within how many days of the request half of those who were accepted were
	// there for the first time, those who still wait or left before included; unknown
	// if fewer than half were.
	WaitDays sp.Known[int] `json:"waitDays,omitzero"`
	Begun    int           `json:"begun"` // people behind WaitDays who were there

	FullInARow int       `json:"fullInARow"`         // how often it said that it is full since it last took anybody on
	FullSince  time.Time `json:"fullSince,omitzero"` // the first of these
	FullLast   time.Time `json:"fullLast,omitzero"`  // the last of these
}

// An ObservedShare is a share with the limits of its interval, each from 0 to 1.
type ObservedShare struct {
	Value float64 `json:"value"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// mostFull is for how many lives of a statement "full" is believed at most: with the
// default of four weeks, a year.
const mostFull = 13

// HasRoom says no while an answer that the service is full is to be believed: for
// [CapacityLife], or another life than 0, and as many times as long as it has said so
// in a row, at most thirteen times. Otherwise it is unknown: a yes to somebody else is
// no promise, and an old no may have passed. This rule is a choice of this library.
func (o Observed) HasRoom(at time.Time, life time.Duration) sp.Truth {
	if life == 0 {
		life = CapacityLife
	}
	if o.FullInARow > 0 && !at.Before(o.FullLast) && at.Sub(o.FullLast)/time.Duration(min(o.FullInARow, mostFull)) <= life {
		return sp.No
	}
	return sp.Unknown
}

// enoughBegun is how many people must have been there before their wait says anything of
// the next one's: a choice of this library.
const enoughBegun = 3

// Wait returns the days that somebody who asks now may expect to wait for the first
// session, unknown if fewer than three people have been there.
func (o Observed) Wait() sp.Known[int] {
	if o.Begun < enoughBegun {
		return sp.Known[int]{}
	}
	return o.WaitDays
}
