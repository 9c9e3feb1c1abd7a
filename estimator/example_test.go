package estimator_test

import (
	"encoding/json"
	"fmt"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
)

// A clusterer is written into a report and made again from it.
func ExampleDescription() {
	written, err := json.Marshal(cluster.Describe(cluster.DBSCAN{Eps: 0.5}))
	if err != nil {
		fmt.Println(err)
		return
	}
	var d estimator.Description
	if err := json.Unmarshal(written, &d); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Name, d.Lookup("eps"))
	again, err := cluster.Parse(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%T\n", again)
	// Output:
	// dbscan 0.5
	// cluster.DBSCAN
}
