import sys; sys.path.insert(0,'/work/main')
import tests.faults.test_postgres_pace as t, pathlib, pytest
from tests.databases import core_postgres
__all__=["core_postgres"]
@pytest.mark.parametrize("n",[1,2,3])
async def test_x(tmp_path, core_postgres, capsys,n):
    here,c,st=await t.rush(tmp_path, core_postgres.create(),"bot")
    w=[(sum(s<=e<s+1 for e in c.at), round(s-c.at[0],2)) for s in c.at]
    gaps=sorted(b-a for a,b in zip(c.at,c.at[1:]))
    with capsys.disabled(): print("\n",round(st,3),[round((b-a)*1000) for a,b in zip(c.at[-60:],c.at[-59:])],sorted(w)[-6:], round(c.at[-1]-c.at[0],1), f"{c.rate():.2f}", here.sandbox.telegram.stats.limited, [round(g*1000) for g in gaps[::30]], round(gaps[-1]*1000))
