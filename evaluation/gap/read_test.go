package gap_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// declined is a store in which so many people were declined by the scheme.
func declined(people int) (store.Driver, error) {
	db := store.Tenant(memstore.New(), "bay")
	for i := range people {
		r, err := referraltest.Receive(referraltest.Submission(referral.ID(fmt.Sprint("R-", i))), referraltest.AllowAll{}, referraltest.By(sp.RoleReferrer, 1))
		if err != nil {
			return nil, err
		}
		c := referral.NewCase(r)
		if err := c.Decline(reason.Because(reason.OutsideRemit), referraltest.By(sp.RoleLinkWorker, 2)); err != nil {
			return nil, err
		}
		if err := store.Save(context.Background(), db, c); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// Twenty people were declined, and a board sees for which need and why.
func ExampleRead() {
	db, err := declined(20)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := gap.Read(db.Log(context.Background(), "", ""), disclosure.HES())
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := report.Tables[0].Public()
	fmt.Println(table.Title, err)
	fmt.Println(table.Columns, table.Rows[0].Name, table.Rows[0].Cells[0])
	// Output:
	// Referrals with an unmet need, by need and reason <nil>
	// [outside-remit] debt 20
}

func TestReadIsMakeOfTheLacksOfALog(t *testing.T) {
	db, err := declined(9)
	require.NoError(t, err)
	read, err := gap.Read(db.Log(t.Context(), "", ""), disclosure.HES())
	require.NoError(t, err)
	var lacks []gap.Lack
	for i := range 9 {
		id := referral.ID(fmt.Sprint("R-", i))
		for _, need := range referraltest.Submission(id).Reasons {
			lacks = append(lacks, gap.Lack{Referral: id, Need: need, Reason: reason.OutsideRemit})
		}
	}
	made, err := gap.Make(gap.Sources{Lacks: lacks}, disclosure.HES())
	require.NoError(t, err)
	require.Equal(t, made, read)

	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = gap.Read(db.Log(stopped, "", ""), disclosure.HES())
	require.ErrorIs(t, err, context.Canceled)
}
