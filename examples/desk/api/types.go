package api

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// What the API takes beside the types of the application. Personal data comes in as text and
// cannot be printed from then on.
type (
	signIn struct {
		Tenant string              `json:"tenant" validate:"required_without=Link"`
		User   string              `json:"user" validate:"required_without=Link"`
		Link   sp.Personal[string] `json:"link"` // the token of a link instead
	}
	erasing struct {
		Why subject.Why `json:"why" validate:"required,oneof=request retention order"`
	}
	withdrawn struct {
		Choice consent.ChoiceID `json:"choice" validate:"required,max=200"`
	}
	cases struct {
		From  referral.WorkerID `json:"from" validate:"required,max=200"`
		Why   caseload.Why      `json:"why" validate:"required,oneof=leaving on-leave too-much conflict"`
		By    sp.Date           `json:"by"` // by when everybody is to answer; null is open
		Cases []caseload.Pass   `json:"cases" validate:"required,min=1,max=200"`
	}
	taking struct {
		Referral referral.ID `json:"referral" validate:"required,max=200"`
		app.Taking
	}
	nothing struct{}
)

// What it gives beside them.
type (
	session struct {
		Token string    `json:"token"`
		Role  sp.Role   `json:"role"`
		Until time.Time `json:"until"`
	}
	sentPage struct {
		Referrals []app.Sent   `json:"referrals"`
		Next      store.Cursor `json:"next,omitzero"` // put into after for the next page; empty on the last
	}
	asked struct {
		Placement placement.ID `json:"placement"`
		Link      string       `json:"link"` // by which the provider answers without an account
	}
	link struct {
		Link string `json:"link"` // opens a session: POST it to /sessions
	}
	ends struct {
		Effects []subject.Effect `json:"effects"`
	}
	began struct {
		HandOver caseload.ID `json:"handOver"`
	}
	headline struct {
		Indicator string `json:"indicator"`
		Category  string `json:"category,omitempty"`
		Group     string `json:"group,omitempty"`
		Says      string `json:"says"` // with its interval
	}
	figures struct {
		AsOf      sp.Date          `json:"asOf"`
		Headlines []headline       `json:"headlines"`
		Unmet     *disclosure.Safe `json:"unmet,omitempty"`
		Foot      string           `json:"foot,omitempty"` // to stand below the table
	}
)
