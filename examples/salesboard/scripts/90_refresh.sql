-- The board shows what the scripts before have put in. Afterwards the scheduler calls refresh_board() every hour.
CALL sales.refresh_board('-infinity');
