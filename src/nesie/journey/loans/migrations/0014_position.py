from django.db import migrations

# As before, and: claims after a write-off; chunks twice as large; paid instalments are left out before they are summed.
VIEW = """
CREATE VIEW loans_position AS
SELECT state.loan_id, state.status, state.accrued_on, state.principal_tiyn,
       coalesce(due.interest, 0) + state.period_accrued_tiyn - state.period_paid_tiyn
         + CASE state.interest_goes WHEN 'accrued' THEN state.interest ELSE 0 END AS interest_tiyn,
       coalesce(due.penalty, 0) + state.penalty_tiyn
         + CASE state.penalty_goes WHEN 'accrued' THEN state.penalty ELSE 0 END AS penalty_tiyn,
       state.credit_tiyn,
       state.memo_interest_tiyn + CASE state.interest_goes WHEN 'memo' THEN state.interest ELSE 0 END
         AS memo_interest_tiyn,
       state.memo_penalty_tiyn + CASE state.penalty_goes WHEN 'memo' THEN state.penalty ELSE 0 END AS memo_penalty_tiyn,
       coalesce((state.unusual -> 'recourse' ->> 0)::bigint, 0) AS recourse_principal_tiyn,
       coalesce((state.unusual -> 'recourse' ->> 1)::bigint, 0) AS recourse_interest_tiyn,
       coalesce((state.unusual -> 'recourse' ->> 2)::bigint, 0) AS recourse_penalty_tiyn
FROM (
  SELECT stood.*,
         CASE WHEN accrued_on = stood_on THEN 0 ELSE
           div(2 * numerator::numeric * (period_weight + gain * (loans_meter(day_count, accrued_on) - meter))
                 + denominator,
               2 * denominator::numeric)::bigint - period_rounded_tiyn END AS interest,
         CASE WHEN accrued_on = stood_on OR penalty_goes = 'nothing' THEN 0 ELSE
           least(round(penalty_exact + penalty_a_day * (accrued_on - stood_on)), penalty_most_tiyn)::bigint
             - penalty_year_accrued_tiyn END AS penalty
  FROM (
    SELECT row.*, CASE WHEN row.closed_on IS NULL THEN greatest(closed.day, row.stood_on) ELSE row.stood_on END
                    AS accrued_on
    FROM loans_loanstate AS row
    LEFT JOIN (SELECT chunk, max(day) AS day FROM loans_chunkday GROUP BY chunk) AS closed
      ON closed.chunk = row.serial / 20000
  ) AS stood
) AS state
LEFT JOIN (
  SELECT loan_id, sum(interest_tiyn - interest_paid_tiyn)::bigint AS interest,
         sum(penalty_tiyn - penalty_paid_tiyn)::bigint AS penalty
  FROM loans_due WHERE interest_tiyn <> interest_paid_tiyn OR penalty_tiyn <> penalty_paid_tiyn
  GROUP BY loan_id
) AS due ON due.loan_id = state.loan_id;
"""


class Migration(migrations.Migration):
    """Every loan's figures for the comparison with the books, those kept off the balance sheet too."""

    dependencies = [("loans", "0013_duties")]

    operations = [
        migrations.RunSQL("DROP VIEW loans_position", migrations.RunSQL.noop),
        migrations.RunSQL(VIEW, "DROP VIEW loans_position"),
    ]
