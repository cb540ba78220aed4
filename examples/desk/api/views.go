package api

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
)

// What the API takes. Personal data comes in as text and cannot be printed from then on.
type (
	signIn struct {
		Tenant string              `json:"tenant" validate:"required_without=Link"`
		User   string              `json:"user" validate:"required_without=Link"`
		Link   sp.Personal[string] `json:"link"` // the token of a link instead
	}
	intake struct {
		Number    sp.NHSNumber                `json:"number" validate:"required"`
		Given     sp.Personal[string]         `json:"given" validate:"max=100"`
		Family    sp.Personal[string]         `json:"family" validate:"required,max=100"`
		Born      sp.Personal[sp.Date]        `json:"born" validate:"required"`
		Telephone sp.Personal[string]         `json:"telephone" validate:"max=40"`
		Safe      map[person.Channel]sp.Truth `json:"safe"`                      // by which channels it may be used
		Message   person.Leave                `json:"message" validate:"max=40"` // that may be left with whoever answers
		Urgency   referral.Urgency            `json:"urgency" validate:"required,oneof=routine soon urgent"`
		Reasons   []needs.Code                `json:"reasons" validate:"required,min=1,max=20,unique,dive,code"`
		Agreed    sp.Truth                    `json:"agreed" validate:"required"`
	}
	attempted struct {
		Channel person.Channel `json:"channel" validate:"required,max=40"`
	}
	noted struct {
		Text sp.Personal[string] `json:"text" validate:"required,max=20000"`
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

// What the API gives. Only these types show personal data, and only to whom the desk gave it.
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
	line struct {
		Referral referral.ID      `json:"referral"`
		Name     sp.Plain[string] `json:"name"`
		Class    worklist.Class   `json:"class"`
		Why      worklist.Why     `json:"why"`
		Next     worklist.Next    `json:"next"`
		By       sp.Date          `json:"by,omitzero"`
		Late     bool             `json:"late"`
	}
	waits struct {
		Referral referral.ID      `json:"referral"`
		Urgency  referral.Urgency `json:"urgency"`
		Days     int              `json:"days"`
		Due      sp.Date          `json:"due,omitzero"`
	}
	morning struct {
		On      sp.Date `json:"on"`
		Lines   []line  `json:"lines"`
		Waiting []waits `json:"waiting"`
	}
	placed struct {
		Placement placement.ID    `json:"placement"`
		Service   directory.ID    `json:"service"`
		State     placement.State `json:"state"`
	}
	written struct {
		At   time.Time        `json:"at"`
		By   string           `json:"by"`
		Text sp.Plain[string] `json:"text"`
	}
	page struct {
		Referral   referral.ID         `json:"referral"`
		Version    int64               `json:"version"`
		State      referral.State      `json:"state"`
		Name       sp.Plain[string]    `json:"name"`
		Telephones []sp.Plain[string]  `json:"telephones"`
		Needs      []needs.Code        `json:"needs"`
		Notes      []written           `json:"notes"`
		Concerns   []concern.Concern   `json:"concerns"`
		Goals      []goal              `json:"goals"`
		Measured   []needs.Measurement `json:"measured"`
		Placements []placed            `json:"placements"`
		Asked      []wish              `json:"asked"` // by providers who want to know more
		Told       []telling           `json:"told"`
		Hidden     []consent.Kind      `json:"hidden"` // what this reader may not see
		Legal      []referral.Command  `json:"legal"`  // what they may do now
	}
	goal struct {
		needs.Goal
		Words sp.Plain[string] `json:"words"`
	}
	wish struct {
		Request  register.RequestID `json:"request"`
		By       string             `json:"by"`
		Fields   []string           `json:"fields"`
		Why      string             `json:"why"`
		Answered bool               `json:"answered"`
	}
	telling struct {
		At    time.Time           `json:"at"`
		To    string              `json:"to"`
		As    consent.Recipient   `json:"as"`
		Items []register.ToldItem `json:"items"`
	}
	option struct {
		Offer    directory.ID `json:"offer"`
		Name     string       `json:"name"`
		Provider string       `json:"provider"`
		Fits     sp.Truth     `json:"fits"`
		Ask      []string     `json:"ask"` // rules of which the answer is not known
	}
	options struct {
		Version int64    `json:"version"`
		Fits    []option `json:"fits"`
		Near    []option `json:"near"` // would fit after one change
	}
	asked struct {
		Placement placement.ID `json:"placement"`
		Link      string       `json:"link"` // by which the provider answers without an account
	}
	link struct {
		Link string `json:"link"` // opens a session: POST it to /sessions
	}
	erased struct {
		Erasure subject.ErasureID `json:"erasure"`
		State   subject.State     `json:"state"`
		Counts  map[string]int    `json:"counts"`
		Ended   []placement.ID    `json:"ended"` // placements whose providers are to be told
	}
	ends struct {
		Effects []subject.Effect `json:"effects"`
	}
	began struct {
		HandOver caseload.ID `json:"handOver"`
	}
	pass struct {
		Referral referral.ID       `json:"referral"`
		To       referral.WorkerID `json:"to"`
		With     referral.WorkerID `json:"with"` // who has the case
		Done     bool              `json:"done"`
	}
	passing struct {
		HandOver caseload.ID       `json:"handOver"`
		Version  int64             `json:"version"`
		From     referral.WorkerID `json:"from"`
		Lead     referral.WorkerID `json:"lead"`
		Why      caseload.Why      `json:"why"`
		By       sp.Date           `json:"by,omitzero"`
		Cases    []pass            `json:"cases"`
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
	told struct {
		On   sp.Date          `json:"on,omitzero"`
		Text sp.Plain[string] `json:"text"`
	}
	own struct {
		Person  person.ID         `json:"person"`
		Version int64             `json:"version"`
		Name    sp.Plain[string]  `json:"name"`
		Worker  referral.WorkerID `json:"worker"`
		Story   []told            `json:"story"`
		Told    []telling         `json:"told"`
		Choices []consent.Choice  `json:"choices"`
	}
	question struct {
		Placement placement.ID                `json:"placement"`
		Version   int64                       `json:"version"`
		State     placement.State             `json:"state"`
		Service   string                      `json:"service"`
		Needs     []needs.Code                `json:"needs"`
		ReplyBy   time.Time                   `json:"replyBy"`
		Name      sp.Plain[string]            `json:"name"` // after a yes
		Telephone sp.Plain[string]            `json:"telephone"`
		More      map[string]sp.Plain[string] `json:"more"` // what was asked for and told since
	}
)

func (p passing) version() int64  { return p.Version }
func (o own) version() int64      { return o.Version }
func (p page) version() int64     { return p.Version }
func (o options) version() int64  { return o.Version }
func (q question) version() int64 { return q.Version }

func plain[T any](v sp.Personal[T]) sp.Plain[T] { return sp.Plain[T]{Personal: v} }

func tellings(all []register.Telling) (list []telling) {
	for _, t := range all {
		list = append(list, telling{t.At, t.Ask.To, t.Ask.As, t.Facts})
	}
	return list
}

// called returns what somebody is called, in one text.
func called(n sp.Personal[person.Name]) sp.Plain[string] {
	name := n.Reveal()
	if name.Known != "" {
		name.Given = name.Known
	}
	if name.Given == "" || name.Family == "" {
		return plain(sp.Hide(name.Given + name.Family))
	}
	return plain(sp.Hide(name.Given + " " + name.Family))
}
