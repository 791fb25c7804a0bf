import { chromium } from 'playwright-core'
const base='http://127.0.0.1:7620'
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']})
async function go(login,lang,theme,w,h,pages,tag){
  const c=await b.newContext({viewport:{width:w,height:h},colorScheme:theme})
  const p=await c.newPage()
  p.on('console',m=>{if(m.type()==='error')console.log(tag,'console',m.text())})
  p.on('pageerror',e=>console.log(tag,'pageerror',e.message))
  await p.goto(base)
  const s=await (await c.request.post(base+'/api/session',{data:{login,password:'erabi-demo'}})).json()
  await c.request.patch(base+'/api/me',{data:{locale:lang,theme},headers:{'X-Erabi-CSRF':s.csrf}})
  const r=(await (await c.request.get(base+'/api/reviews')).json()).items[0].id
  for(const [name,path] of pages){ await p.goto(base+path.replace('R','/reviews/'+r)); await p.waitForTimeout(1200); await p.screenshot({path:`/tmp/shots/${tag}-${name}.png`}) }
  await c.close()
}
const lead=[['overview','R'],['import','R/import'],['duplicates','R/duplicates'],['citations','R/citations?q=ケースマネージメント'],['conflicts','R/conflicts/title_abstract'],['fulltext','R/full-text'],['prisma','R/prisma'],['progress','R/progress'],['audit','R/audit'],['settings','R/settings']]
await go('saionji','ja','light',1440,900,lead,'lead-ja')
await go('takahashi','ja','light',1440,900,[['screen','R/screening/title_abstract'],['ft','R/screening/full_text']],'rev-ja')
await go('takahashi','en','dark',390,844,[['screen','R/screening/title_abstract'],['prisma','R/prisma']],'rev-en-dark-phone')
await b.close()
