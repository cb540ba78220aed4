package parquet_test

import (
	"bytes"
	"fmt"

	pq "github.com/parquet-go/parquet-go"

	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/parquet"
)

// A log as Parquet, for any engine that speaks SQL.
func ExampleWriteEvents() {
	var file bytes.Buffer
	if err := parquet.WriteEvents(&file, (evaluationtest.World{Seed: 1, Referrals: 10}).Log()); err != nil {
		fmt.Println(err)
		return
	}
	events, err := pq.Read[parquet.Event](bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(events[0].Kind, events[0].ID, events[0].Type)
	// Output:
	// referral R-0 referral.received
}
